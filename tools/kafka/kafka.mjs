#!/usr/bin/env node
/**
 * A real single-node Apache Kafka (KRaft), from Maven Central, in a folder of its own. Needs Java 17 and Maven.
 *
 *   node tools/kafka/kafka.mjs start [--dir FOLDER] [--port PORT] [--wait]
 *   node tools/kafka/kafka.mjs stop [--dir FOLDER]
 *   node tools/kafka/kafka.mjs status [--dir FOLDER]
 *
 * FOLDER (default .cache/kafka/server) holds the instance: its data, its log kafka.log, its server.properties. Several
 * instances run side by side in different folders. PORT is 9092 by default; 0 picks a free one. --wait returns when the
 * broker answers. Exit codes: 0 done or running, 1 failed, 3 not running.
 *
 * Plain JavaScript without dependencies, so that it works before the build; tests import startKafka.
 */
import { realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { kafkaAvailability } from './lib/availability.mjs';
import { endBroker, launchBroker, logFile, readRunning, waitUntilUp } from './lib/broker.mjs';
import { cacheFolder, installKafka } from './lib/install.mjs';
import { answersKafka } from './lib/ports.mjs';
import { startKafka } from './lib/start-kafka.mjs';

export { installKafka, kafkaAvailability, startKafka };

const usage = 'Usage: kafka.mjs start [--dir FOLDER] [--port PORT] [--wait] | stop [--dir FOLDER] | status [--dir FOLDER]';
const say = (line) => process.stdout.write(`${line}\n`);

const commands = {
  async start(folder, { port, wait }) {
    const running = await readRunning(folder);
    if (running) say(`Kafka runs already on 127.0.0.1:${running.port} (process ${running.pid}).`);
    else {
      const availability = await kafkaAvailability();
      if (!availability.available) throw new Error(`Kafka can't be run here: ${availability.reason}.`);
    }
    const broker = running ?? (await launchBroker(folder, port, say));
    if (wait && (await waitUntilUp(folder, broker)) === 'port-taken') {
      throw new Error(`Port ${broker.port} of 127.0.0.1 was taken by another program meanwhile; see ${logFile(folder)}.`);
    }
    say(`KAFKA_BROKERS=127.0.0.1:${broker.port}${wait ? '' : ' (it answers in some seconds; --wait waits for it)'}`);
    return 0;
  },

  async stop(folder) {
    const running = await readRunning(folder);
    if (!running) say(`No Kafka runs on ${folder}.`);
    else {
      await endBroker(folder, 'SIGTERM');
      say(`Kafka on 127.0.0.1:${running.port} is stopped; its data stays in ${folder}.`);
    }
    return 0;
  },

  async status(folder) {
    const running = await readRunning(folder);
    if (!running) {
      say(`No Kafka runs on ${folder}.`);
      return 3;
    }
    const answers = await answersKafka(running.port);
    say(
      `Kafka ${answers ? 'answers' : 'does not answer yet'} on 127.0.0.1:${running.port} (process ${running.pid}, log ${relative('', logFile(folder))}).`,
    );
    return 0;
  },
};

/** @param {readonly string[]} args @returns {Promise<number>} exit code */
async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { dir: { type: 'string' }, port: { type: 'string', default: '9092' }, wait: { type: 'boolean', default: false } },
  });
  const command = positionals.length === 1 && Object.hasOwn(commands, positionals[0]) ? commands[positionals[0]] : null;
  const port = Number(values.port);
  if (command === null || !Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(usage);
  return command(values.dir === undefined ? join(cacheFolder, 'server') : resolve(values.dir), { port, wait: values.wait });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
