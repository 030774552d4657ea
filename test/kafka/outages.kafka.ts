/** Kafka and the database are away at the start or later, or the topic is another one: what the processes say, and how they go on. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Broker, describeWithKafka } from '../support/kafka.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, unique, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { DATABASES, deploymentOn, SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describeWithKafka('three processes and an outage', () => {
  const bed = useTestBed();
  let broker: Broker;
  let postgres: RestartablePostgres;
  let system: SeparateProcesses;
  let tenant: string;

  beforeAll(async () => {
    broker = await Broker.start(bed);
    postgres = await bed.restartablePostgres(DATABASES);
  });

  beforeEach(() => {
    tenant = unique('outage');
  });

  it('start before Kafka and the database, say what they wait for, and go to work when it is there', async () => {
    await broker.stop();
    await postgres.stop();
    system = SeparateProcesses.spawn(bed, deploymentOn(broker, postgres));
    await Promise.all(system.all.map((app) => app.untilListening()));
    const missing = (name: 'ingest' | 'processor' | 'query', what: RegExp) =>
      waitUntil(async () => {
        const readiness = await system[name].readiness();
        return readiness.status === 503 && what.test(readiness.missing.join('\n'));
      }, `${name} names ${what.source} as missing`);
    await missing('ingest', /kafka/i);
    await missing('processor', /kafka/i);
    await missing('processor', /log-ingestion-db/);
    await missing('query', /log-ingestion-db/);
    expect(await outcomeOf(system.sender(tenant).sendLog(valid()))).toMatchObject({ status: 'UNAVAILABLE', retryable: true });
    await waitUntil(() => /waiting for kafka/i.test(system.ingest.output), 'log-ingest says that it waits for Kafka');

    await postgres.start();
    await broker.restart();
    await system.untilReady();
    const sender = system.sender(tenant);
    await waitUntil(
      async () => (await outcomeOf(sender.sendLog(valid({ level: LogLevel.ERROR })))).status === 'OK',
      'a record is taken',
    );
    await waitUntil(() => system.reader(tenant).getDagByTraceId('trace-1'), 'the DAG is there');
  });

  it('answer UNAVAILABLE while Kafka is away, name it on /readyz, and take the next record when it is back', async () => {
    const sender = system.sender(tenant);
    await sender.sendLog(valid({ message: 'before' }));
    await broker.stop();
    expect(await outcomeOf(sender.sendLog(valid({ message: 'lost to its sender' })))).toMatchObject({
      status: 'UNAVAILABLE',
      retryable: true,
    });
    for (const app of [system.ingest, system.processor]) {
      await waitUntil(async () => {
        const { status, missing } = await app.readiness();
        return status === 503 && /kafka/i.test(missing.join('\n'));
      }, `${app.name} is not ready and names Kafka`);
    }
    await broker.restart();
    await waitUntil(async () => (await system.ingest.readiness()).status === 200, 'log-ingest is ready again');
    expect(await sender.sendLog(valid({ message: 'after' }))).toEqual({ status: 'ok' });
    const stored = await waitUntil(async () => {
      const messages = await system.stored(tenant);
      return messages.includes('after') ? messages : null;
    }, 'the record after the outage is stored');
    expect(stored.filter((message) => message === 'before')).toHaveLength(1);
    await system.untilReady();
  });

  it('stop a partition whose topic was deleted and made again, name the repair, and go on after it', async () => {
    const sender = system.sender(tenant);
    const { topic, environment } = system.deployment;
    for (let i = 0; i < 20; i++) await sender.sendLog(valid({ traceId: `old-${i}`, message: 'of the old topic' }));
    await system.untilStored(tenant, 20);

    const admin = await broker.admin();
    await admin.deleteTopics({ topics: [topic] });
    await waitUntil(
      () => admin.createTopics({ topics: [{ topic, numPartitions: 4, replicationFactor: 1 }], waitForLeaders: true }),
      'the topic is made again',
    );
    const missing = await waitUntil(async () => {
      const readiness = await system.processor.readiness();
      const text = readiness.missing.join('\n');
      return readiness.status === 503 && text.includes('npm run positions') ? text : null;
    }, 'the processor stops and names the repair');
    expect(missing).toContain(topic);
    expect(system.processor.output).toContain('npm run positions');

    const fresh = Array.from({ length: 20 }, (_, i) => valid({ traceId: `new-${i}`, message: `of the new topic ${i}` }));
    await waitUntil(
      async () => (await outcomeOf(sender.sendLogs({ batchId: 'new', logs: fresh }))).status === 'OK',
      'records are taken again',
    );
    expect(await system.stored(tenant)).toHaveLength(20);

    await promisify(execFile)(process.execPath, ['dist/apps/log-processor/src/positions.js', 'accept', '--all'], {
      env: { ...process.env, ...environment },
    });
    const stored = await system.untilStored(tenant, 40);
    expect(new Set(stored).size).toBe(21);
    await waitUntil(async () => (await system.processor.readiness()).status === 200, 'the processor is ready again');
  });
});
