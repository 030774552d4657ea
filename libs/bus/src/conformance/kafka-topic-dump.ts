import { waitUntil } from './wait-until.js';
import { freshName, type TestBroker } from './kafka-broker.js';

/** A message as a plain kafkajs consumer reads it. */
export interface DumpedMessage {
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a topic from its beginning with a plain kafkajs consumer until `count` messages are there. */
export async function dumpTopic({ client }: TestBroker, topic: string, count: number): Promise<DumpedMessage[]> {
  const messages: DumpedMessage[] = [];
  const consumer = client.consumer({ groupId: freshName('dump') });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message: { key, value, headers } }) => {
        const texts = Object.entries(headers ?? {}).map(([name, bytes]) => [name, String(bytes)] as const);
        messages.push({ partition, key: key?.toString() ?? null, value, headers: Object.fromEntries(texts) });
      },
    });
    await waitUntil(`${count} messages in ${topic}`, () => messages.length >= count);
  } finally {
    await consumer.disconnect();
  }
  return messages;
}
