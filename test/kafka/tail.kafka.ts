/** Live tail where Kafka is the bus: what is in the topic and not in the store never shows (contract sections 2 and 5). */
import { Broker, describeWithKafka } from '../support/kafka.js';
import { Load } from '../support/load.js';
import { unique, valid } from '../support/records.js';
import { deploymentOf, SeparateProcesses } from '../support/separate-processes.js';
import { TailStream } from '../support/tail-stream.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describeWithKafka('live tail of three processes', () => {
  const bed = useTestBed();

  it('brings the stored records once, whatever retries, poison and dead processors the topic has seen', async () => {
    const broker = await Broker.start(bed);
    const postgres = await bed.postgres();
    const url = await postgres.createDatabase();
    const deployment = deploymentOf(broker, url, url);
    const system = await SeparateProcesses.start(bed, deployment);
    const otherQuery = await bed.start('query-service', deployment.environment);
    const tenant = unique('tail');
    const sender = system.sender(tenant);
    const tail = (address: string, request: Parameters<typeof TailStream.open>[1]): TailStream => {
      const stream = TailStream.open(address, request, tenant);
      bed.defer(() => stream.close());
      return stream;
    };
    const live = await tail(system.query.grpc, {}).untilCaughtUp();

    const load = new Load(sender, { restMs: 20 });
    const producer = await broker.producer();
    const produce = async (value: string): Promise<void> => {
      for (let partition = 0; partition < 4; partition++) {
        await producer.send({ topic: deployment.topic, messages: [{ value, headers: { tenant }, partition }] });
      }
    };
    for (let i = 0; i < 5; i++) {
      for (let again = 0; again < 3; again++) {
        await sender.sendLogs({ batchId: `retried-${i}`, logs: [valid({ message: `retried-${i}`, traceId: `t${i}` })] });
      }
      await produce('poison, which is no JSON');
      await produce(`[{"service":"","message":"poisoned-${i}"},{"service":"shop","message":"beside-${i}","spanId":"s"}]`);
      await load.untilMore(200);
      if (i === 2) {
        // What it had fetched and not stored comes again to the next one.
        await system.processor.stop('SIGKILL');
        system.processor = await system.startProcessor();
      }
    }
    const [middle, seenBefore] = [live.position, live.logs.map(({ id }) => id)];
    await load.untilMore(200);
    await load.stop();
    await sender.sendLog(valid({ message: 'the end', traceId: 'end' }));
    await waitUntil(async () => {
      const stored = new Set(await system.stored(tenant));
      return stored.has('the end') && [...load.acked].every((message) => stored.has(message));
    }, 'all that was acknowledged is stored');
    await waitUntil(async () => (await system.storedCount(tenant)) <= live.logs.length, 'the tail has brought as many');

    const stored = (await system.storedRecords(tenant)).map(({ id }) => id.replaceAll('-', '')).sort();
    expect(live.logs.map(({ id }) => id).sort()).toEqual(stored);
    expect(live.missed).toEqual([]);
    const messages = live.messages;
    for (let i = 0; i < 5; i++) {
      expect(messages.filter((message) => message === `retried-${i}`)).toHaveLength(1);
      expect(messages.filter((message) => message === `beside-${i}`)).toHaveLength(4);
    }
    expect(messages.filter((message) => message.includes('poison'))).toEqual([]);

    const elsewhere = await tail(otherQuery.grpc, { position: middle }).untilCaughtUp();
    expect([...seenBefore, ...elsewhere.logs.map(({ id }) => id)].sort()).toEqual(stored);
    const earliest = await tail(otherQuery.grpc, { from: 'earliest' }).untilCaughtUp();
    expect(earliest.logs.map(({ id }) => id).sort()).toEqual(stored);
  });
});
