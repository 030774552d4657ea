/** The topic is read again from its beginning, because positions were wiped or put back: each record stays stored exactly once. */
import type { Client } from 'pg';
import { deploymentOnBed, startFaultBed, type FaultBed } from '../support/fault-bed.js';
import { FaultRun, NOTHING_LOST } from '../support/fault-run.js';
import { describeWithKafka } from '../support/kafka.js';
import { runPositions } from '../support/positions-command.js';
import { DATABASES, SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';

describeWithKafka('a replay under load', () => {
  const bed = useTestBed();
  let base: FaultBed;
  let system: SeparateProcesses;
  let sql: Client;

  beforeAll(async () => {
    base = await startFaultBed(bed);
    system = await SeparateProcesses.start(bed, deploymentOnBed(base));
    sql = await bed.sql(base.logs.url(DATABASES[0]));
  });

  it('of a topic whose positions were wiped while no processor ran stores what is new, and nothing twice', async () => {
    const run = await FaultRun.begin('positions wiped', system);
    await run.load.untilMore(3_000);
    expect(await system.processor.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    const before = (await system.storedRecords(run.tenant)).map(({ id }) => id);
    const { rowCount } = await sql.query('DELETE FROM bus_positions');
    expect(rowCount).toBeGreaterThan(0);
    run.lifted();
    system.processor = await system.startProcessor();
    await run.untilRecovered();
    await run.load.untilMore(1_000);
    expect(await run.finish()).toEqual(NOTHING_LOST);
    const after = new Set((await system.storedRecords(run.tenant)).map(({ id }) => id));
    expect(before.filter((id) => !after.has(id))).toEqual([]);
    expect(system.processor.output).toContain('A partition was replayed.');
    expect(await system.untilDagsAreWhole(run.tenant)).toBeGreaterThan(0);
  });

  it('of a topic whose positions and retry keys were wiped under a processor at work stores nothing twice', async () => {
    const run = await FaultRun.begin('positions and keys wiped under a processor', system);
    await sql.query('TRUNCATE bus_positions, ingested_batches');
    run.lifted();
    await run.load.untilMore(1_000);
    await system.processor.stop('SIGKILL');
    await sql.query('TRUNCATE bus_positions, ingested_batches');
    system.processor = await system.startProcessor();
    await run.untilRecovered();
    expect(await run.finish()).toEqual(NOTHING_LOST);
  });

  it('of partitions that the repair command has put back stores what was deleted, and nothing twice', async () => {
    const run = await FaultRun.begin('positions put back', system);
    const printed = await runPositions(system.deployment.environment, 'replay', '--partition', '0');
    expect(printed).toMatch(/^partition 0: .* -> now 0: /m);
    await run.load.untilMore(1_000);
    await system.untilStored(run.tenant, 1_000);
    // Whole messages, for what is left of one says that it is stored: the 28th digit of an id is the last of the offset.
    const some = `DELETE FROM logs WHERE tenant = $1 AND substr(id::text, 28, 1) IN ('0', '8')`;
    expect((await sql.query(some, [run.tenant])).rowCount).toBeGreaterThan(0);
    const again = await runPositions(system.deployment.environment, 'replay', '--all');
    expect(again.match(/ -> now 0: /g)).toHaveLength((await system.positions()).size);
    run.lifted();
    await run.untilRecovered();
    expect(await run.finish()).toEqual(NOTHING_LOST);
  });
});
