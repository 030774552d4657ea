/** A database goes away under load and comes back: Kafka keeps what it can't take, and the store makes up for it by itself. */
import { deploymentOnBed, startFaultBed, type FaultBed } from '../support/fault-bed.js';
import { FaultRun, NOTHING_LOST } from '../support/fault-run.js';
import { describeWithKafka } from '../support/kafka.js';
import { DATABASES, deploymentOf, SeparateProcesses } from '../support/separate-processes.js';
import { describeWithSmallDisk, SmallDiskPostgres } from '../support/small-disk.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** Records that are acknowledged, or stored, while a database is away. */
const MEANWHILE = 3_000;
/** What the full disk has left: less than the next file of PostgreSQL's log takes. */
const ROOM_MIB = 8;

describeWithKafka('a database that goes away under load', () => {
  const bed = useTestBed();
  let base: FaultBed;
  let system: SeparateProcesses;
  /** Their DAGs are looked at last: a DAG that was being built in an outage is built when its lease has ended. */
  const runs: FaultRun[] = [];

  beforeAll(async () => {
    base = await startFaultBed(bed);
    system = await SeparateProcesses.start(bed, deploymentOnBed(base));
  });

  it.each(['fast', 'immediate'] as const)('by a stop that is %s does not keep records from being taken', async (mode) => {
    const run = await FaultRun.begin(`stop PostgreSQL (${mode})`, system);
    runs.push(run);
    await Promise.all([base.logs.stop(mode), base.dags.stop(mode)]);
    await run.load.untilMore(MEANWHILE); // the ack does not wait for the database
    await waitUntil(async () => (await system.processor.readiness()).status === 503, 'the processor is not ready');
    run.lifted();
    await Promise.all([base.logs.start(), base.dags.start()]);
    await run.untilRecovered();
    expect(run.load.statuses.get('UNAVAILABLE')).toBeUndefined();
    expect(await run.finish()).toEqual(NOTHING_LOST);
    await system.untilReady();
  });

  it.each(['fast', 'immediate'] as const)(
    'and holds the DAGs only, by a stop that is %s, does not keep records from being stored',
    async (mode) => {
      const run = await FaultRun.begin(`stop the DAG database (${mode})`, system);
      runs.push(run);
      await base.dags.stop(mode);
      await waitUntil(
        async () => (await system.processor.readiness()).missing.join().includes('dag-builder-db'),
        'the processor names the DAG database as missing',
      );
      for (let rounds = 0; rounds < 3; rounds++) {
        const goal = (await system.storedCount(run.tenant)) + MEANWHILE / 3;
        await waitUntil(async () => (await system.storedCount(run.tenant)) >= goal, 'the stored records go on growing');
      }
      run.lifted();
      await base.dags.start();
      await run.untilRecovered();
      expect(run.load.statuses.get('UNAVAILABLE')).toBeUndefined();
      expect(await run.finish()).toEqual(NOTHING_LOST);
      await system.untilReady();
    },
  );

  it('has the DAGs of all failed traces afterwards', async () => {
    for (const { tenant } of runs) expect(await system.untilDagsAreWhole(tenant)).toBeGreaterThan(0);
  });

  describeWithSmallDisk('or has a full disk', () => {
    it('stores what Kafka has kept, by itself, when there is room again', async () => {
      const postgres = await SmallDiskPostgres.start(bed, [DATABASES[0]]);
      const deployment = deploymentOf(base.broker, postgres.url(DATABASES[0]), base.dags.url(DATABASES[1]));
      const own = await SeparateProcesses.start(bed, deployment);
      const run = await FaultRun.begin('full disk of PostgreSQL', own);
      await postgres.fill(ROOM_MIB);
      await waitUntil(async () => (await own.processor.readiness()).status === 503, 'the processor is not ready');
      await run.load.untilMore(MEANWHILE);
      run.lifted();
      await postgres.clear();
      await run.untilRecovered();
      expect(run.load.statuses.get('UNAVAILABLE')).toBeUndefined();
      expect(await run.finish()).toEqual(NOTHING_LOST);
      await own.untilReady();
    });
  });
});
