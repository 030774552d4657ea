import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './processes.js';
import type { TestBed } from './test-bed.js';

/** What the program in small-disk-server.mjs says. */
type Answer = { readonly kind: 'started'; readonly urls: readonly string[] } | { readonly kind: 'done' };

/** An embedded PostgreSQL wants this much to begin with; the rest of the disk is filled up by the ballast. */
const DISK_MIB = 400;
/** A program of util-linux: what it runs sees mounts of its own. */
const UNSHARE = 'unshare';
const IS_ROOT = process.getuid?.() === 0;
const SERVER = fileURLToPath(new URL('./small-disk-server.mjs', import.meta.url));

/*
 * $1 is the folder; the program and its arguments follow. Root needs a mount namespace only. Others become root in a user
 * namespace in order to mount, and somebody else in a second one, because PostgreSQL refuses to run as root.
 */
const MOUNT = `mount -t tmpfs -o size=${DISK_MIB}m,mode=0755 tmpfs "$1" && shift && exec`;
const NAMESPACE = IS_ROOT ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
const WITHIN = IS_ROOT ? '"$@"' : 'unshare --user --map-user=1000 --map-group=1000 "$@"';

function unshare(folder: string, program: readonly string[]): string[] {
  return [...NAMESPACE, 'sh', '-c', `${MOUNT} ${WITHIN}`, 'small-disk', folder, ...program];
}

/** Why there can be no small disk here; null where there can. */
function obstacle(): string | null {
  try {
    execFileSync(UNSHARE, unshare('/mnt', ['true']), { stdio: 'pipe', timeout: 10_000 });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim().replaceAll('\n', ' ') : String(error);
  }
}

/**
 * `describe` for tests that fill up a disk: a tmpfs in a namespace of its own (Linux, by root or where user namespaces are
 * allowed). Elsewhere the tests are skipped and standard error says so; in CI (CI is set) that is a failure.
 */
export function describeWithSmallDisk(name: string, suite: () => void): void {
  const reason = obstacle();
  if (reason === null) {
    describe(name, suite);
  } else if (process.env.CI) {
    describe(name, () => {
      it('finds a way to mount a small disk', () => {
        throw new Error(`In CI nothing is skipped, and a small disk can not be mounted: ${reason}.`);
      });
    });
  } else {
    process.stderr.write(`\n>>> SKIPPED: "${name}" needs a small disk, and none can be mounted here: ${reason} <<<\n\n`);
    describe.skip(name, suite);
  }
}

/** A PostgreSQL server on a disk that can be filled up. It comes back by itself when it has ended for want of room. */
export class SmallDiskPostgres {
  private constructor(
    private readonly program: ChildProcess,
    private readonly databases: readonly string[],
    private readonly urls: readonly string[],
  ) {}

  static async start(bed: TestBed, databases: readonly string[]): Promise<SmallDiskPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'rootspan-small-disk-'));
    await chmod(folder, 0o755);
    bed.defer(() => rm(folder, { recursive: true, force: true }));
    const program = spawn(UNSHARE, unshare(folder, [process.execPath, SERVER, folder, ...databases]), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    endWithUs(program);
    bed.defer(async () => {
      if (program.connected) program.disconnect();
      if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
    });
    const started = await answer(program);
    if (started.kind !== 'started') throw new Error('The server on the small disk did not start.');
    return new SmallDiskPostgres(program, databases, started.urls);
  }

  /** postgres://... of one of the databases; the same for the server's whole life. */
  url(database: string): string {
    const url = this.urls[this.databases.indexOf(database)];
    if (url === undefined) throw new Error(`There is no database ${database}.`);
    return url;
  }

  /** Puts something on the disk that leaves so many MiB of room. */
  fill(roomMib: number): Promise<void> {
    return this.tell({ fill: roomMib * 1024 * 1024 });
  }

  /** Takes it away again. */
  clear(): Promise<void> {
    return this.tell({ clear: true });
  }

  private async tell(message: { readonly fill: number } | { readonly clear: true }): Promise<void> {
    const done = answer(this.program);
    this.program.send(message);
    await done;
  }
}

/** @throws Error where the program ends instead */
async function answer(program: ChildProcess): Promise<Answer> {
  const told = once(program, 'message').then(([message]) => message as Answer);
  const ended = once(program, 'exit').then(() => Promise.reject(new Error('The server on the small disk has ended.')));
  return Promise.race([told, ended]);
}
