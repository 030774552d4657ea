import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { BusLogger, ForeignDecoder, KafkaConnection } from '#bus/kafka';
import { kafkaAvailability, startKafka } from '../../../../tools/kafka/kafka.mjs';

/** A real Apache Kafka of this test file's own. */
export interface TestBroker {
  readonly connection: KafkaConnection;
  /** A plain kafkajs client, as any other program would have. */
  readonly client: Kafka;
  readonly admin: Admin;
  /** Folder of the instance; its data is below. */
  readonly folder: string;
  /** Freezes the process (SIGSTOP), as a machine that hangs; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  remove(): Promise<void>;
}

export const BOUND_MS = 180_000;
const availability = await kafkaAvailability();

/**
 * A describe block with a Kafka broker of its own; `broker()` is for use inside tests and hooks.
 *
 * On a machine without Java or Maven the block is one skipped test whose name says why; in CI that is a failure.
 */
export function describeWithKafka(name: string, body: (broker: () => TestBroker) => void): void {
  describe(name, () => {
    if (!availability.available) {
      const reason = `NOT RUN, there is no Kafka on this machine: ${availability.reason}`;
      if (process.env['CI']) {
        it(reason, () => {
          throw new Error(`${reason}. CI must run it.`);
        });
      } else {
        // jest does not print the names of skipped tests.
        console.warn(`${name} ${reason}`);
        it.skip(reason, () => undefined);
      }
      return;
    }
    let running: TestBroker | undefined;
    beforeAll(async () => {
      running = await startTestBroker();
    }, BOUND_MS);
    afterAll(async () => {
      await running?.admin.disconnect();
      await running?.remove();
    }, BOUND_MS);
    body(() => {
      if (!running) throw new Error('the broker is not running');
      return running;
    });
  });
}

async function startTestBroker(): Promise<TestBroker> {
  const kafka = await startKafka();
  const connection = { brokers: [kafka.brokers] };
  const client = new kafkajs.Kafka({
    ...connection,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  });
  const admin = client.admin();
  await admin.connect();
  return {
    connection,
    client,
    admin,
    folder: kafka.folder,
    freeze: () => process.kill(kafka.pid, 'SIGSTOP'),
    thaw: () => process.kill(kafka.pid, 'SIGCONT'),
    stop: () => kafka.stop(),
    kill: () => kafka.kill(),
    restart: () => kafka.restart(),
    remove: () => kafka.remove(),
  };
}

/** A name that no other test uses. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** Keeps what is logged, so that tests can wait for a line. */
export class MemoryLogger implements BusLogger {
  readonly lines: string[] = [];

  debug(): void {}

  info(details: object, message: string): void {
    this.keep(details, message);
  }

  warn(details: object, message: string): void {
    this.keep(details, message);
  }

  error(details: object, message: string): void {
    this.keep(details, message);
  }

  private keep(details: object, message: string): void {
    this.lines.push(`${message} ${JSON.stringify(details)}`);
  }
}

/** The obvious decoder: the JSON of one record a line becomes the value; a record without a service is a fault. */
export const decodeJson: ForeignDecoder = (value) => {
  try {
    const parsed: unknown = JSON.parse(value.toString());
    const records: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    const isGood = (record: unknown): boolean => typeof record === 'object' && record !== null && 'service' in record;
    const texts = records.map((record) => JSON.stringify(record));
    const faults = records.flatMap((record, index) =>
      isGood(record) ? [] : [{ index, reason: 'service is missing', bytes: Buffer.from(texts[index] ?? '') }],
    );
    return { value: Buffer.from(texts.filter((_, index) => isGood(records[index])).join('\n')), faults };
  } catch (error) {
    return { unreadable: `the value is no JSON: ${String(error)}` };
  }
};
