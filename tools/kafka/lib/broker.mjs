import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { installKafka } from './install.mjs';
import { java, run } from './java.mjs';
import { answersKafka, claimPort } from './ports.mjs';
import { dataFolder, serverProperties } from './properties.mjs';

/**
 * Kafka's own advice (https://kafka.apache.org/documentation/#java) on a smaller heap. With G1's regions of 1 MiB every produce
 * request is a "humongous" object, and marking the heap costs more than the requests.
 */
const JVM_OPTIONS = ['-Xms1g', '-Xmx1g', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:G1HeapRegionSize=16M'];

/**
 * A broker's process as its folder remembers it (broker.json).
 *
 * @typedef {{ pid: number, port: number, controllerPort: number }} Broker
 */

const START_BOUND_MS = 120_000;
/** Time to write its state in order; a broker that takes longer is killed and recovers at its next start. */
const STOP_BOUND_MS = 30_000;

/**
 * Starts a broker on the folder's data, which it formats where there is none. Does not wait until the broker answers.
 *
 * @param {string} folder
 * @param {number} port 0: a free one
 * @param {(phase: string) => void} onProgress
 * @returns {Promise<Broker>}
 */
export async function launchBroker(folder, port, onProgress) {
  const running = await readRunning(folder);
  if (running) throw new Error(`A broker runs on ${folder} already (process ${running.pid}): stop it first.`);
  const jars = await installKafka(onProgress);
  await mkdir(folder, { recursive: true });
  const ports = { port: await claimPort(port), controllerPort: await claimPort(0) };
  const properties = propertiesFile(folder);
  await writeFile(properties, serverProperties(folder, ports));
  await formatData(folder, properties, jars, onProgress);

  onProgress(`starting Kafka on 127.0.0.1:${ports.port}`);
  if (existsSync(logFile(folder))) renameSync(logFile(folder), `${logFile(folder)}.1`);
  const log = openSync(logFile(folder), 'w');
  try {
    const child = spawn(java, [...JVM_OPTIONS, '-cp', join(jars, '*'), 'kafka.Kafka', properties], {
      // A session of its own: Ctrl-C in a terminal ends the tests, who then stop it.
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const broker = { pid: child.pid, ...ports };
    await writeFile(brokerFile(folder), `${JSON.stringify(broker)}\n`);
    return broker;
  } finally {
    closeSync(log);
  }
}

/**
 * Waits until the broker has said that it is up, and answers.
 *
 * @param {string} folder
 * @param {Broker} broker
 * @returns {Promise<'up' | 'port-taken'>} rejects with the log's end where it ended or does not come up
 */
export async function waitUntilUp(folder, broker) {
  const end = Date.now() + START_BOUND_MS;
  while (Date.now() < end) {
    const log = readFileSync(logFile(folder), 'utf8');
    if (log.includes('Kafka Server started') && (await answersKafka(broker.port))) return 'up';
    if (!isAlive(broker.pid)) {
      if (/Address already in use|BindException/.test(log)) return 'port-taken';
      throw new Error(`Kafka ended while it started; the end of ${logFile(folder)}:\n${log.slice(-4_000)}`);
    }
    await pause(50);
  }
  throw new Error(`Kafka does not answer on port ${broker.port} after ${START_BOUND_MS / 1000} s; see ${logFile(folder)}.`);
}

/**
 * Ends the broker that runs on the folder, if one does, and resolves when it is gone.
 *
 * @param {string} folder
 * @param {'SIGTERM' | 'SIGKILL'} signal
 */
export async function endBroker(folder, signal) {
  const pid = (await readRunning(folder))?.pid;
  if (pid === undefined) return;
  for (const each of signal === 'SIGKILL' ? ['SIGKILL'] : [signal, 'SIGKILL']) {
    if (isAlive(pid)) process.kill(pid, each);
    const end = Date.now() + STOP_BOUND_MS;
    while (isAlive(pid) && Date.now() < end) await pause(20);
    if (!isAlive(pid)) return;
  }
  throw new Error(`The process ${pid} of Kafka does not end.`);
}

/**
 * @param {string} folder
 * @returns {Promise<Broker | null>} the broker that runs on the folder; never another process that got its number
 */
export async function readRunning(folder) {
  let broker;
  try {
    broker = JSON.parse(readFileSync(brokerFile(folder), 'utf8'));
  } catch {
    return null;
  }
  if (!isAlive(broker.pid)) return null;
  if (process.platform === 'win32') return broker;
  const { output } = await run('ps', ['-ww', '-o', 'command=', '-p', String(broker.pid)]);
  return output.includes(propertiesFile(folder)) ? broker : null;
}

async function formatData(folder, properties, jars, onProgress) {
  const done = join(folder, 'formatted');
  if (existsSync(done)) return;
  onProgress('formatting its storage');
  await rm(dataFolder(folder), { recursive: true, force: true }); // of a start that was killed meanwhile
  // A Kafka uuid: 16 bytes in base64url. Its tools take one that begins with a dash for an option.
  const clusterId = `R${randomBytes(16).toString('base64url').slice(1)}`;
  const { exitCode, output } = await run(java, [
    '-cp',
    join(jars, '*'),
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    properties,
  ]);
  if (exitCode !== 0) throw new Error(`Kafka's storage could not be formatted:\n${output}`);
  await writeFile(done, `${clusterId}\n`);
}

/** A process that is dead but not yet collected by its parent is not alive. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

/** @param {string} folder */
export function logFile(folder) {
  return join(folder, 'kafka.log');
}

/** Named in the broker's command line, by which its process is recognized. @param {string} folder */
export function propertiesFile(folder) {
  return join(folder, 'server.properties');
}

function brokerFile(folder) {
  return join(folder, 'broker.json');
}
