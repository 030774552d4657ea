import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { endBroker, launchBroker, propertiesFile, waitUntilUp } from './broker.mjs';
import { startWatchdog } from './watchdog.mjs';

/** Between the choice of a free port and the broker's bind another program can take it. */
const PORT_TRIES = 3;

/**
 * Starts a broker for a test and waits until it answers. See kafka.d.mts for what it returns.
 *
 * @param {{ dataDir?: string, port?: number, onProgress?: (phase: string) => void }} [options]
 */
export async function startKafka({ dataDir, port = 0, onProgress = () => undefined } = {}) {
  const temporary = dataDir === undefined;
  const folder = temporary ? await mkdtemp(join(tmpdir(), 'rootspan-kafka-')) : resolve(dataDir);

  const sweep = () => rmSync(folder, { recursive: true, force: true });
  if (temporary) process.once('exit', sweep);

  let watchdog;
  async function up(wantedPort) {
    for (let tries = 1; ; tries += 1) {
      const broker = await launchBroker(folder, wantedPort, onProgress);
      watchdog = startWatchdog(broker.pid, propertiesFile(folder), temporary ? folder : null);
      try {
        if ((await waitUntilUp(folder, broker)) === 'up') return broker;
        if (tries === PORT_TRIES) throw new Error(`Kafka found its ports taken ${PORT_TRIES} times; see ${folder}/kafka.log.`);
      } catch (error) {
        await end('SIGKILL');
        throw error;
      }
      watchdog.dismiss();
    }
  }

  async function end(signal) {
    await endBroker(folder, signal);
    watchdog.dismiss();
  }

  let broker = await up(port).catch(async (error) => {
    if (temporary) await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const stop = () => end('SIGTERM');
  return {
    brokers: `127.0.0.1:${broker.port}`,
    folder,
    get pid() {
      return broker.pid;
    },
    stop,
    kill: () => end('SIGKILL'),
    async restart() {
      await stop();
      broker = await up(broker.port);
    },
    async remove() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      process.off('exit', sweep);
    },
  };
}
