/** A process is killed under load, without a chance to say goodbye: every acknowledged record is stored exactly once. */
import { deploymentOnBed, startFaultBed, type FaultBed } from '../support/fault-bed.js';
import { FaultRun, NOTHING_LOST } from '../support/fault-run.js';
import { describeWithKafka } from '../support/kafka.js';
import { SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';

describeWithKafka('kill -9 under load', () => {
  const bed = useTestBed();
  let base: FaultBed;
  let system: SeparateProcesses;

  beforeAll(async () => {
    base = await startFaultBed(bed);
    system = await SeparateProcesses.start(bed, deploymentOnBed(base));
  });

  it('of log-ingest costs its senders nothing but a retry against the next one', async () => {
    const run = await FaultRun.begin('kill -9 log-ingest', system);
    await system.ingest.stop('SIGKILL');
    await run.load.untilStatus('UNAVAILABLE');
    run.lifted();
    await system.restartIngest();
    await run.untilRecovered();
    await run.load.untilMore(1_000); // the senders of the load come back by themselves
    expect(await run.finish()).toEqual(NOTHING_LOST);
  });

  it('of the broker makes log-ingest answer UNAVAILABLE until the broker is back on its data', async () => {
    const run = await FaultRun.begin('kill -9 broker', system);
    await base.broker.kill();
    await run.load.untilStatus('UNAVAILABLE');
    run.lifted();
    await base.broker.restart();
    await run.untilRecovered();
    await run.load.untilMore(1_000);
    expect(await run.finish()).toEqual(NOTHING_LOST);
    await system.untilReady();
  });

  it('of log-processor leaves everything to the one that is started in its place', async () => {
    const run = await FaultRun.begin('kill -9 log-processor', system);
    await system.processor.stop('SIGKILL');
    run.lifted();
    system.processor = await system.startProcessor();
    await run.untilRecovered();
    expect(run.load.statuses.get('UNAVAILABLE')).toBeUndefined(); // Kafka keeps what nobody stores yet
    expect(await run.finish()).toEqual(NOTHING_LOST);
    expect(await system.untilDagsAreWhole(run.tenant)).toBeGreaterThan(0);
  });
});
