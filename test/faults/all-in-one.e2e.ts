/** An all-in-one is killed, or its database goes away, under load: every acknowledged record is stored exactly once. */
import { setTimeout as pause } from 'node:timers/promises';
import { AllInOne } from '../support/all-in-one.js';
import { FaultRun, NOTHING_LOST } from '../support/fault-run.js';
import { outcomeOf } from '../support/outcome.js';
import { unique, valid } from '../support/records.js';
import { describeWithSmallDisk, SmallDiskPostgres } from '../support/small-disk.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** What the contract's promise is tested with; nothing is asserted about time. */
const OUTAGE_MS = 5_000;
/** Callers that don't rest: as many records are under way as can be. */
const FULL_LOAD = { restMs: 0 };

describe('an all-in-one under load', () => {
  const bed = useTestBed();
  /** Their DAGs are looked at last: a DAG that was being built in a fault is built when its lease has ended. */
  const runs: { readonly system: AllInOne; readonly run: FaultRun }[] = [];

  it('that is killed three times keeps every acknowledged record, and recognizes what is sent again', async () => {
    const system = await AllInOne.start(bed);
    const run = await FaultRun.begin('kill -9 all-in-one, three times', system, FULL_LOAD);
    for (let kills = 1; ; kills++) {
      await run.load.untilMore(2_000);
      await system.app.stop('SIGKILL');
      run.lifted();
      await system.restart();
      if (kills === 3) break;
    }
    await run.untilRecovered();
    expect(await run.finish()).toEqual(NOTHING_LOST);
    expect(run.load.statuses.get('UNAVAILABLE')).toBeGreaterThan(0);
    runs.push({ system, run });
  });

  it.each(['fast', 'immediate'] as const)(
    'answers UNAVAILABLE while its database is away by a stop that is %s, and goes on when it is back',
    async (mode) => {
      const postgres = await bed.restartablePostgres(['rootspan']);
      const url = postgres.url('rootspan');
      const system = await AllInOne.start(bed, { LOG_INGESTION_DATABASE: url, DAG_DATABASE: url });
      const run = await FaultRun.begin(`stop PostgreSQL of the all-in-one (${mode})`, system, FULL_LOAD);
      await run.load.untilMore(1_000);

      await postgres.stop(mode);
      await run.load.untilStatus('UNAVAILABLE');
      const outcome = await outcomeOf(system.sender(unique('other')).sendLog(valid()));
      expect(outcome).toMatchObject({ status: 'UNAVAILABLE', retryable: true });
      await waitUntil(async () => (await system.app.readiness()).status === 503, 'the app is not ready');
      expect((await system.app.readiness()).missing.join('\n')).toContain('log-ingestion-db');
      const ackedWhileAway = run.load.acked.size;
      await pause(OUTAGE_MS);
      expect(run.load.acked.size).toBe(ackedWhileAway);

      run.lifted();
      await postgres.start();
      await run.untilRecovered();
      await run.load.untilMore(1_000);
      expect(await run.finish()).toEqual(NOTHING_LOST);
      await system.app.untilReady();
      runs.push({ system, run });
    },
  );

  describeWithSmallDisk('with a full disk under its database', () => {
    it('answers UNAVAILABLE, and goes on by itself when there is room again', async () => {
      const postgres = await SmallDiskPostgres.start(bed, ['rootspan']);
      const url = postgres.url('rootspan');
      const system = await AllInOne.start(bed, { LOG_INGESTION_DATABASE: url, DAG_DATABASE: url });
      const run = await FaultRun.begin('full disk of the all-in-one', system, FULL_LOAD);
      await postgres.fill(8);
      await run.load.untilStatus('UNAVAILABLE');
      await pause(OUTAGE_MS);

      run.lifted();
      await postgres.clear();
      await run.untilRecovered();
      await run.load.untilMore(1_000);
      expect(await run.finish()).toEqual(NOTHING_LOST);
      await system.app.untilReady();
      runs.push({ system, run });
    });
  });

  it('has the DAGs of all failed traces afterwards', async () => {
    for (const { system, run } of runs) expect(await system.untilDagsAreWhole(run.tenant)).toBeGreaterThan(0);
  });
});
