/** Topics of other programs (INGEST_TOPICS): read beside our own, with positions of their own, exactly once. */
import kafkajs from 'kafkajs';
import { LogLevel, unique, valid } from '../support/records.js';
import { Broker, describeWithKafka } from '../support/kafka.js';
import { runPositions } from '../support/positions-command.js';
import { deploymentOf, SeparateProcesses, type Deployment } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const EVENTS = 3_000;

describeWithKafka('topics of other programs', () => {
  const bed = useTestBed();
  const topics = { filebeat: unique('filebeat'), ndjson: unique('ndjson'), late: unique('late') };
  let broker: Broker;
  let deployment: Deployment;
  let system: SeparateProcesses;
  let producer: kafkajs.Producer;

  beforeAll(async () => {
    broker = await Broker.start(bed);
    const admin = await broker.admin();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [topics.filebeat, topics.ndjson].map((topic) => ({ topic, numPartitions: 3 })),
    });
    const url = await (await bed.postgres()).createDatabase();
    const plain = deploymentOf(broker, url, url);
    const INGEST_TOPICS = `filebeat:${topics.filebeat},ndjson:${topics.ndjson},json:${topics.late}`;
    deployment = { ...plain, environment: { ...plain.environment, INGEST_TOPICS } };
    system = await SeparateProcesses.start(bed, deployment);
    producer = await broker.producer();
  });

  const event = (message: string, fields: object = {}) => ({
    '@timestamp': '2024-01-02T03:04:05.678Z',
    message,
    host: { name: 'web-1' },
    log: { file: { path: '/var/log/shop.log' }, offset: 7 },
    ...fields,
  });
  const messagesOf = (values: readonly unknown[], tenant: string, key?: string) =>
    values.map((value) => ({
      value: typeof value === 'string' ? value : JSON.stringify(value),
      headers: { tenant },
      ...(key !== undefined && { key }),
    }));

  it('become records as their format says, compressed or not, with a DAG where they fail', async () => {
    const tenant = unique('formats');
    const failed = event('payment failed', { 'log.level': 'error', 'service.name': 'shop', 'trace.id': 't1', 'span.id': 's1' });
    await producer.send({ topic: topics.filebeat, messages: messagesOf([event('a line')], tenant) });
    const compression = kafkajs.CompressionTypes.GZIP;
    await producer.send({ topic: topics.filebeat, compression, messages: messagesOf([failed], tenant) });
    const lines = ['b', 'c'].map((message) => JSON.stringify({ service: 'batch', message, level: 'warn' })).join('\n');
    await producer.send({ topic: topics.ndjson, messages: messagesOf([lines], tenant) });
    expect(await system.untilStored(tenant, 4)).toEqual(['a line', 'b', 'c', 'payment failed']);
    const reader = system.reader(tenant);
    const { logs } = await reader.getLogsByTraceId({ traceId: 't1' });
    expect(logs).toMatchObject([{ service: 'shop', level: 'error', spanId: 's1', timestamp: '2024-01-02T03:04:05.678Z' }]);
    expect(JSON.parse(logs[0]?.attributesJson ?? '')).toMatchObject({ host: { name: 'web-1' }, log: { offset: 7 } });
    await waitUntil(async () => (await reader.getDagByTraceId('t1')).rootSpanId === 's1', 'the DAG is there');
  });

  it('lose what can not be read to the dead letters, which name the topic', async () => {
    const tenant = unique('bad');
    const values = ['no JSON at all', event('bad time', { '@timestamp': 'noon' }), event('good')];
    await producer.send({ topic: topics.filebeat, messages: messagesOf(values, tenant) });
    expect(await system.untilStored(tenant, 1)).toEqual(['good']);
    const letters = await broker.read(
      deployment.deadLetterTopic,
      (messages) => messages.filter(({ key }) => key?.includes(topics.filebeat)).length >= 2,
    );
    const ours = letters.filter(({ key }) => key?.includes(topics.filebeat));
    expect(ours.map(({ value }) => value.toString()).join()).toContain('no JSON at all');
  });

  it('are read on by the processor that is started after a kill -9, each message once', async () => {
    const tenant = unique('killed');
    const values = Array.from({ length: EVENTS }, (_, i) => event(`m${String(i).padStart(5, '0')}`));
    const sending = (async () => {
      for (let at = 0; at < EVENTS; at += 100) {
        await producer.send({ topic: topics.filebeat, messages: messagesOf(values.slice(at, at + 100), tenant, `k${at}`) });
      }
    })();
    await waitUntil(async () => (await system.storedCount(tenant)) > 0, 'some are stored');
    await system.processor.stop('SIGKILL');
    system.processor = await system.startProcessor();
    await sending;
    const stored = await system.untilStored(tenant, EVENTS);
    expect(stored).toEqual(values.map(({ message }) => message));
  });

  it('have positions of their own, which the repair command shows', async () => {
    const printed = await runPositions(deployment.environment, 'show', '--topic', topics.filebeat);
    expect(printed.match(/^partition \d: position \d+, 0 messages behind the end/gm)).toHaveLength(3);
    await expect(runPositions(deployment.environment, 'show', '--topic', 'another')).rejects.toThrow(topics.filebeat);
  });

  it('that are not there yet hinder nobody, and are read once they are', async () => {
    const tenant = unique('late');
    const sender = system.sender(tenant);
    await sender.sendLog(valid({ message: 'meanwhile', level: LogLevel.ERROR }));
    expect(await system.untilStored(tenant, 1)).toEqual(['meanwhile']);
    await waitUntil(async () => {
      const { status, details } = await readiness();
      return status === 'ready' && details['kafka']?.includes(topics.late);
    }, 'readiness names the topic among its details');
    const admin = await broker.admin();
    expect(await admin.createTopics({ waitForLeaders: true, topics: [{ topic: topics.late, numPartitions: 1 }] })).toBe(true);
    await producer.send({ topic: topics.late, messages: messagesOf([{ service: 's', message: 'at last' }], tenant) });
    expect(await system.untilStored(tenant, 2)).toEqual(['at last', 'meanwhile']);
    await waitUntil(async () => !(await readiness()).details['kafka']?.includes(topics.late), 'nothing is said of it any more');
  });

  async function readiness(): Promise<{ readonly status: string; readonly details: Readonly<Record<string, string>> }> {
    const response = await fetch(`http://${system.processor.http}/readyz`);
    return (await response.json()) as Awaited<ReturnType<typeof readiness>>;
  }
});
