/** Kafka, the database and the processor go away and come back: every acknowledged record is stored exactly once. */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Broker, describeWithKafka } from '../support/kafka.js';
import { ALL_EXACTLY_ONCE, Load } from '../support/load.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, unique, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { DATABASES, deploymentOn, SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** What the contract's promise is tested with; nothing is asserted about time. */
const OUTAGE_MS = 10_000;

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

  it('lose and repeat nothing when Kafka goes away under load', async () => {
    const load = new Load(system.sender(tenant), { callers: 4 });
    await load.untilMore(1_000);
    await broker.stop();
    await load.untilStatus('UNAVAILABLE');
    await broker.restart();
    await load.untilMore(1_000);
    await load.stop();
    await load.finish(system.sender(tenant));
    expect(await system.accountOf(load, tenant)).toEqual(ALL_EXACTLY_ONCE);
  });

  it('go on taking records while the database is away for ten seconds, and store all of them once', async () => {
    const load = new Load(system.sender(tenant), { callers: 4 });
    await load.untilMore(500);
    await postgres.stop();
    system.forgetConnection();
    await load.untilMore(500); // Kafka keeps them: the ack does not wait for the database
    await pause(OUTAGE_MS);
    await waitUntil(async () => (await system.processor.readiness()).status === 503, 'the processor is not ready');
    await postgres.start();
    await load.untilMore(500);
    await load.stop();
    expect(load.statuses.get('UNAVAILABLE')).toBeUndefined();
    expect(await system.accountOf(load, tenant)).toEqual(ALL_EXACTLY_ONCE);
    await system.untilReady();
  });

  it('store every record once when the processor is killed under load and another takes over', async () => {
    const load = new Load(system.sender(tenant), { callers: 4 });
    await load.untilMore(500);
    await waitUntil(async () => (await system.stored(tenant)).length > 0, 'the processor is at work');
    const second = await system.startProcessor();
    await load.untilMore(500);
    await system.processor.stop('SIGKILL');
    system.processor = second;
    await load.untilMore(500);
    await load.stop();
    await load.finish(system.sender(tenant));
    expect(await system.accountOf(load, tenant)).toEqual(ALL_EXACTLY_ONCE);
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
