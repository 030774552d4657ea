import { spawn } from 'node:child_process';

/*
 * Reads from a pipe that only we hold. A line is our dismissal; the end of the file without one is our death, however it
 * came: then the broker ($1) is killed, if its command line still
 * names its properties file ($2), and the folder $3 removed where one is given.
 */
const script = `
read -r line
[ -n "$line" ] && exit 0
case "$(ps -ww -o command= -p "$1" 2>/dev/null)" in *"$2"*) kill -9 "$1" 2>/dev/null ;; esac
[ -z "$3" ] || { sleep 1; rm -rf -- "$3"; }
`;

/**
 * Kills a broker of a test whose process dies without stopping it. Best effort: there is none on Windows.
 *
 * @param {number} pid
 * @param {string} properties path of its properties file
 * @param {string | null} removeAfterwards
 * @returns {{ dismiss(): void }} to be called when the broker has ended
 */
export function startWatchdog(pid, properties, removeAfterwards) {
  if (process.platform === 'win32') return { dismiss: () => undefined };
  const shell = spawn('/bin/sh', ['-c', script, 'kafka-watchdog', String(pid), properties, removeAfterwards ?? ''], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  shell.stdin.unref();
  return { dismiss: () => shell.stdin.end('end\n') };
}
