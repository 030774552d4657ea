/** Three processes on a real Kafka: spans from SendLogs over the topic to the DAG, and again by a replay. */
import { LogBatch, SpanKind, SpanStatus, type Span } from '#proto';
import { Broker, describeWithKafka, type TopicMessage } from '../support/kafka.js';
import { runPositions } from '../support/positions-command.js';
import { at, LogLevel, unique, valid } from '../support/records.js';
import { deploymentOf, SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describeWithKafka('spans over Kafka', () => {
  const bed = useTestBed();
  let broker: Broker;
  let system: SeparateProcesses;

  beforeAll(async () => {
    broker = await Broker.start(bed);
    const postgres = await bed.postgres();
    const [logs, dags] = [await postgres.createDatabase(), await postgres.createDatabase()];
    system = await SeparateProcesses.start(bed, deploymentOf(broker, logs, dags));
  });

  const span = (traceId: string, spanId: string, parentId: string, fields: Partial<Span> = {}): Partial<Span> => ({
    traceId,
    spanId,
    parentId,
    service: spanId,
    name: `work of ${spanId}`,
    kind: SpanKind.SPAN_KIND_SERVER,
    startTimestamp: at(spanId.length),
    endTimestamp: at(30 - spanId.length),
    ...fields,
  });

  it('travel with the logs of their trace, and reach its DAG once, replayed or not', async () => {
    const tenant = unique('spans');
    const [sender, reader] = [system.sender(tenant), system.reader(tenant)];
    const traceIds = Array.from({ length: 20 }, (_, i) => `trace-${i}`);
    const logs = traceIds.map((traceId) =>
      valid({ traceId, spanId: 'aaa', service: 'aaa', level: LogLevel.ERROR, message: 'no' }),
    );
    const spans = traceIds.flatMap((traceId) => [
      span(traceId, 'a', ''),
      span(traceId, 'aa', 'a'),
      span(traceId, 'aaa', 'aa', { status: SpanStatus.SPAN_STATUS_ERROR }),
    ]);
    expect(await sender.sendLogs({ batchId: 'b', logs, spans })).toMatchObject({ accepted: 80, rejected: 0 });
    expect(await sender.sendLogs({ logs: [], spans: [span('alone', 'a', ''), span('alone', 'aa', 'a')] })).toMatchObject({
      accepted: 2,
    });

    const ours = ({ headers }: TopicMessage): boolean => headers.tenant === tenant && headers.format === '1';
    const messages = (await broker.read(system.deployment.topic, (all) => spansOf(all.filter(ours)).length >= 62)).filter(ours);
    const partitions = new Map<string, Set<number>>();
    for (const message of messages) {
      const { logs: some, spans: others } = LogBatch.decode(message.value);
      for (const { traceId } of [...some, ...others]) {
        partitions.set(traceId, (partitions.get(traceId) ?? new Set()).add(message.partition));
      }
    }
    expect([...partitions.values()].map(({ size }) => size)).toEqual(Array(21).fill(1));

    const expectAll = async (): Promise<void> => {
      for (const traceId of traceIds) {
        const dag = await waitUntil(async () => {
          const answer = await reader.getDagByTraceId(traceId);
          return answer.spanCount === 3 && answer.logCount === 1 ? answer : null;
        }, `the DAG of ${traceId} holds its spans`);
        expect(dag.edges.map(({ source, target }) => `${source} ${target}`)).toEqual(['a aa', 'aa aaa']);
        expect((await reader.getSpansByTraceId({ traceId })).spans.map(({ spanId }) => spanId)).toEqual(['a', 'aa', 'aaa']);
      }
      const alone = await waitUntil(async () => {
        const { spans: found } = await reader.getSpansByTraceId({ traceId: 'alone' });
        return found.length >= 2 ? found : null;
      }, 'the spans without logs are there');
      expect(alone.map(({ spanId }) => spanId)).toEqual(['a', 'aa']);
      expect((await reader.getLogs()).logs).toHaveLength(20);
    };
    await expectAll();

    await system.processor.stop();
    await runPositions(system.deployment.environment, 'replay', '--all');
    system.processor = await system.startProcessor();
    await system.untilDrained();
    expect(system.processor.output).toContain('A partition was replayed.');
    await expectAll();
  });
});

function spansOf(messages: readonly TopicMessage[]): Span[] {
  return messages.flatMap(({ value }) => LogBatch.decode(value).spans);
}
