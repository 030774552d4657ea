/** Three processes on a real Kafka: from SendLog over the topic to the DAG (contract sections 1, 2, 4 and 5). */
import { Log, LogBatch } from '#proto';
import type { ContractClient } from '../support/contract-client.js';
import { describeWithGrpcurl } from '../support/grpcurl.js';
import { Broker, describeWithKafka, type TopicMessage } from '../support/kafka.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, unique, valid } from '../support/records.js';
import { deploymentOf, SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const KIB = 1024;
const PARTITIONS = 4;

describeWithKafka('three processes', () => {
  const bed = useTestBed();
  let broker: Broker;
  let system: SeparateProcesses;
  let tenant: string;
  let sender: ContractClient;
  let reader: ContractClient;

  beforeAll(async () => {
    broker = await Broker.start(bed);
    const postgres = await bed.postgres();
    // Both URLs name one database.
    const url = await postgres.createDatabase();
    system = await SeparateProcesses.start(bed, deploymentOf(broker, url, url));
  });

  beforeEach(() => {
    tenant = unique('flow');
    sender = system.sender(tenant);
    reader = system.reader(tenant);
  });

  /** The tenant's messages in the topic, once they hold that many records. */
  async function topicMessages(records: number): Promise<TopicMessage[]> {
    const ours = (messages: readonly TopicMessage[]) => messages.filter((message) => message.headers.tenant === tenant);
    const count = (messages: readonly TopicMessage[]) =>
      ours(messages).reduce((sum, message) => sum + recordsOf(message).length, 0);
    return ours(await broker.read(system.deployment.topic, (messages) => count(messages) >= records));
  }

  /** Sends a message of another producer to one partition. */
  async function produce(value: string | Buffer, headers: Record<string, string> = {}, partition = 0): Promise<void> {
    const producer = await broker.producer();
    await producer.send({ topic: system.deployment.topic, messages: [{ value, headers, partition }] });
  }

  /** Dead letters whose bytes hold the text. */
  async function deadLetters(text: string, count: number): Promise<TopicMessage[]> {
    const ours = (messages: readonly TopicMessage[]) => messages.filter((message) => message.value.includes(text));
    return ours(await broker.read(system.deployment.deadLetterTopic, (messages) => ours(messages).length >= count));
  }

  it('describe each what it serves itself', async () => {
    const paths = async ({ http }: { readonly http: string }) =>
      Object.keys(((await (await fetch(`http://${http}/api/openapi.json`)).json()) as { readonly paths: object }).paths);
    const [ingest, query] = await Promise.all([paths(system.ingest), paths(system.query)]);
    expect(ingest.filter((path) => query.includes(path))).toEqual(['/api/v1/logs', '/api/openapi.json', '/api/docs']);
    expect([ingest.includes('/v1/logs'), query.includes('/api/v1/traces/{traceId}')]).toEqual([true, true]);
  });

  it('carry the contract’s example from end to end', async () => {
    const common = { traceId: 'abc123', timestamp: '2025-04-16T14:30:00Z' };
    expect(await sender.sendLog({ ...common, spanId: 'span123', service: 'api-gateway', message: 'POST /login' })).toEqual({
      status: 'ok',
    });
    const error = {
      ...common,
      spanId: 'span456',
      parentId: 'span123',
      service: 'auth-service',
      level: LogLevel.ERROR,
      message: 'User login failed: invalid credentials',
    };
    expect(await sender.sendLog(error)).toEqual({ status: 'ok' });
    const dag = await waitUntil(async () => {
      const answer = await reader.getDagByTraceId('abc123');
      return answer.logCount === 2 ? answer : null;
    }, 'the DAG holds both records');
    expect(dag).toMatchObject({ rootSpanId: 'span123', errorCount: 1 });
    expect(dag.dagJson).toEqual({
      nodes: [
        { id: 'span123', service: 'api-gateway', level: 'info' },
        { id: 'span456', service: 'auth-service', level: 'error' },
      ],
      edges: [{ source: 'span123', target: 'span456' }],
    });
    expect((await reader.getLogsByTraceId({ traceId: 'abc123' })).logs).toHaveLength(2);
    expect((await reader.getLogs()).logs).toHaveLength(2);
    expect((await reader.getDags()).dags).toHaveLength(1);
  });

  it('serve only what is theirs', async () => {
    expect(await outcomeOf(sender.getLogs())).toMatchObject({ status: 'UNIMPLEMENTED' });
    expect(await outcomeOf(reader.sendLog(valid()))).toMatchObject({ status: 'UNIMPLEMENTED' });
  });

  describeWithGrpcurl('by reflection', (grpcurl) => {
    it('list their own services', async () => {
      const ofIngest = await grpcurl.lines(system.ingest.grpc, 'list');
      const ofQuery = await grpcurl.lines(system.query.grpc, 'list');
      expect(ofIngest).toContain('logs.LogIngestionService');
      expect(ofIngest).not.toContain('query.QueryService');
      expect(ofQuery).toContain('query.QueryService');
      expect(ofQuery).not.toContain('logs.LogIngestionService');
    });

    it('describe every message, maps and Struct included, and tell their health', async () => {
      for (const symbol of ['logs.Log', 'logs.LogBatch', 'query.Log', 'query.Dag', 'google.protobuf.Struct']) {
        for (const app of [system.ingest, system.query]) {
          expect((await grpcurl.lines(app.grpc, 'describe', symbol))[0]).toContain(symbol);
        }
      }
      for (const app of [system.ingest, system.query]) {
        await waitUntil(
          async () => JSON.stringify(await grpcurl.call(app.grpc, 'grpc.health.v1.Health/Check', '{}')).includes('"SERVING"'),
          `${app.name} is serving`,
        );
      }
    });
  });

  describe('write messages that', () => {
    it('hold a single trace under its id, where Kafka’s own hash puts it', async () => {
      await sender.sendLog(valid({ traceId: 'only-one', message: 'a' }));
      await sender.sendLogs({
        batchId: 'keyed',
        logs: [valid({ traceId: 'only-one', message: 'b' }), valid({ traceId: 'only-one', message: 'c' })],
      });
      const messages = await topicMessages(3);
      expect(messages).toHaveLength(2);
      for (const { key, partition, headers } of messages) {
        expect([key, partition]).toEqual(['only-one', broker.partitionOf('only-one', PARTITIONS)]);
        expect(headers).toMatchObject({ 'content-type': 'application/x-protobuf', format: '1', tenant });
      }
      const keyed = messages.find((message) => message.headers['batch-key'] === 'keyed');
      expect(keyed?.headers).toMatchObject({ slice: '0', slices: '1' });
    });

    it('keep a trace in one partition, and other traces out of a key', async () => {
      const logs = Array.from({ length: 400 }, (_, i) => valid({ traceId: `trace-${i % 40}`, message: `m${i}` }));
      await sender.sendLogs({ logs });
      const messages = await topicMessages(400);
      const seen: string[] = [];
      for (const message of messages) {
        const records = recordsOf(message);
        const traces = new Set(records.map((record) => record.traceId));
        for (const traceId of traces)
          expect([traceId, message.partition]).toEqual([traceId, broker.partitionOf(traceId, PARTITIONS)]);
        expect(message.key).toBe(traces.size === 1 ? records[0]?.traceId : null);
        seen.push(...records.map((record) => record.message));
      }
      expect(seen.sort()).toEqual(logs.map((record) => record.message).sort());
    });

    it('are cut at 512 KiB, a larger record alone', async () => {
      const logs = Array.from({ length: 30 }, (_, i) => valid({ message: `${i}-${'x'.repeat(100 * KIB)}` }));
      logs.push(valid({ message: `large-${'x'.repeat(1000 * KIB)}` }));
      await sender.sendLogs({ logs });
      const messages = await topicMessages(31);
      for (const message of messages) {
        const records = recordsOf(message);
        if (records.length > 1) expect(message.value.length).toBeLessThanOrEqual(512 * KIB);
      }
      expect(await system.untilStored(tenant, 31)).toHaveLength(31);
    });
  });

  describe('take JSON of other producers', () => {
    const record = (message: string) => ({
      traceId: `${tenant}-t`,
      span_id: 's',
      service: 'legacy',
      level: 'ERROR',
      message,
      attributes: { n: 1 },
    });

    it('as an object, an array, and one object a line', async () => {
      await produce(JSON.stringify(record('object')), { tenant });
      await produce(JSON.stringify([record('array-1'), record('array-2')]), { tenant });
      await produce(`${JSON.stringify(record('line-1'))}\n${JSON.stringify(record('line-2'))}\n`, { tenant });
      expect(await system.untilStored(tenant, 5)).toEqual(['array-1', 'array-2', 'line-1', 'line-2', 'object']);
      const { logs } = await reader.getLogsByTraceId({ traceId: `${tenant}-t` });
      expect(logs[0]).toMatchObject({ spanId: 's', service: 'legacy', level: 'error', attributesJson: '{"n": 1}' });
      await waitUntil(() => reader.getDagByTraceId(`${tenant}-t`), 'the DAG is there');
    });

    it('without a trace or a span, for the tenant default where none is named', async () => {
      const message = unique('no-trace');
      await produce(JSON.stringify({ service: 'legacy', message }));
      await waitUntil(async () => (await system.stored('default')).includes(message), 'the record is stored');
      const { logs } = await system.reader('default').getLogs();
      expect(logs.find((each) => each.message === message)).toMatchObject({ traceId: '', spanId: '', service: 'legacy' });
    });
  });

  describe('put aside what can’t be read', () => {
    it('with its reason and its place, and store its neighbours', async () => {
      const mark = unique('poison');
      const good = (message: string) => JSON.stringify({ service: 'legacy', message });
      await produce(good('before'), { tenant }, 1);
      await produce(`${mark} is no JSON`, { tenant }, 1);
      await produce(Buffer.from(`\x0a\xff${mark}`, 'latin1'), { tenant, format: '1', 'received-at': String(Date.now()) }, 1);
      await produce(mark, { tenant, format: '99' }, 1);
      await produce(`[${good('in-array')},{"message":"${mark} has no service"},7]`, { tenant }, 1);
      await produce(good('after'), { tenant }, 1);
      expect(await system.untilStored(tenant, 3)).toEqual(['after', 'before', 'in-array']);

      const letters = await deadLetters(mark, 4);
      expect(letters).toHaveLength(4);
      const { topic } = system.deployment;
      for (const { key, headers } of letters) {
        expect(key).toMatch(new RegExp(`^${topic.replaceAll('.', '\\.')}/1/\\d+/-?\\d+$`));
        expect(headers.origin).toBe(key);
        expect(headers.reason).toMatch(/\w+ \w+/);
      }
      expect(letters.some((letter) => letter.headers.reason?.includes('service'))).toBe(true);
    });

    it('one record of a message, where only that one is bad', async () => {
      const mark = unique('bad-record');
      const records = [
        valid({ message: 'first' }),
        valid({ message: mark, service: '' }),
        valid({ message: `${mark}\0` }),
        valid({ message: 'last' }),
      ];
      const headers = { tenant, format: '1', 'content-type': 'application/x-protobuf', 'received-at': String(Date.now()) };
      await produce(Buffer.from(LogBatch.encode({ logs: records, spans: [], batchId: '' }).finish()), headers, 2);
      expect(await system.untilStored(tenant, 2)).toEqual(['first', 'last']);
      const letters = await deadLetters(mark, 2);
      expect(letters.map((letter) => Log.decode(letter.value).message).sort()).toEqual([mark, `${mark}\0`]);
      expect(letters.map((letter) => letter.key?.split('/').at(-1)).sort()).toEqual(['1', '2']);
    });
  });

  it('store a keyed retry once, even by another replica of log-ingest', async () => {
    const replica = await bed.start('log-ingest', system.deployment.environment);
    const batch = { batchId: 'retry', logs: Array.from({ length: 50 }, (_, i) => valid({ traceId: `t${i}`, message: `m${i}` })) };
    expect(await sender.sendLogs(batch)).toMatchObject({ accepted: 50 });
    expect(await bed.client(replica.grpc).as(tenant).sendLogs(batch)).toMatchObject({ accepted: 50 });
    expect(await sender.sendLogs(batch)).toMatchObject({ accepted: 50, duplicate: true });
    await sender.sendLog(valid({ traceId: 't0', message: 'after all of them' }));
    await system.untilStored(tenant, 51);
    await system.untilCaughtUp();
    expect(await system.stored(tenant)).toHaveLength(51);
    await replica.stop();
  });

  it('refuse bad input before it reaches the topic', async () => {
    expect(await outcomeOf(sender.sendLog(valid({ traceId: '' })))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      fields: ['trace_id'],
    });
    expect(await sender.sendLogs({ logs: [valid({ message: 'good' }), valid({ service: '' })] })).toMatchObject({
      accepted: 1,
      rejected: 1,
    });
    expect(await system.untilStored(tenant, 1)).toEqual(['good']);
  });

  it('count nothing twice when the consumer group’s offsets are set back to 0', async () => {
    const logs = Array.from({ length: 200 }, (_, i) => valid({ traceId: `t${i}`, message: `m${i}` }));
    await sender.sendLogs({ logs });
    await system.untilStored(tenant, 200);
    const others = await system.stored('default');

    const { topic, groupId } = system.deployment;
    expect(await system.processor.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    const admin = await broker.admin();
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: '0' }));
    await waitUntil(() => admin.setOffsets({ groupId, topic, partitions }).then(() => true), 'the group’s offsets are 0');
    system.processor = await system.startProcessor();

    await sender.sendLogs({ logs: logs.map((record) => ({ ...record, message: `again-${record.message}` })) });
    await system.untilStored(tenant, 400);
    await system.untilCaughtUp();
    expect(new Set(await system.stored(tenant)).size).toBe(400);
    expect(await system.stored(tenant)).toHaveLength(400);
    expect(await system.stored('default')).toHaveLength(others.length);
  });
});

function recordsOf(message: TopicMessage): Log[] {
  return message.headers.format === '1' ? decodeOrNone(message.value) : [];
}

/** Tests put garbage into the topic too. */
function decodeOrNone(value: Buffer): Log[] {
  try {
    return LogBatch.decode(value).logs;
  } catch {
    return [];
  }
}
