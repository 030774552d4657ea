/** The group of processors changes, and so does the number of partitions: each record is stored by whoever has its partition. */
import type { AppProcess } from '../support/app-process.js';
import { deploymentOnBed, startFaultBed, type FaultBed } from '../support/fault-bed.js';
import { FaultRun, NOTHING_LOST } from '../support/fault-run.js';
import { describeWithKafka } from '../support/kafka.js';
import { readMetrics } from '../support/metrics.js';
import { unique, valid } from '../support/records.js';
import { SeparateProcesses } from '../support/separate-processes.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const PARTITIONS = 6;
const MORE_PARTITIONS = 9;
const KEYED = 20;
/** A member that dies is noticed by the end of its session, and the others then agree anew. */
const REBALANCE_BOUND_MS = 120_000;

describeWithKafka('partitions under load', () => {
  const bed = useTestBed();
  let base: FaultBed;
  let system: SeparateProcesses;

  beforeAll(async () => {
    base = await startFaultBed(bed);
    system = await SeparateProcesses.start(bed, deploymentOnBed(base, PARTITIONS));
  });

  /** Waits until the group's members have so many partitions each, all of them together, none of them twice. */
  async function untilSharedOut(...counts: readonly number[]): Promise<void> {
    const { groupId, topic } = system.deployment;
    await waitUntil(
      async () => {
        const members = await base.broker.assignments(groupId, topic);
        const sizes = members.map((partitions) => partitions.length).sort((a, b) => a - b);
        if (sizes.join() !== counts.join()) throw new Error(`the members have ${JSON.stringify(members)}`);
        return new Set(members.flat()).size === sizes.reduce((sum, size) => sum + size, 0);
      },
      `the members of the group have ${counts.join(' and ')} partitions`,
      REBALANCE_BOUND_MS,
    );
  }

  /** Waits until each of the processors has stored something since now. */
  async function untilAllStore(processors: readonly AppProcess[]): Promise<void> {
    await Promise.all(
      processors.map(async ({ http, pid }) => {
        const storedBy = async (): Promise<number> => (await readMetrics(http)).rootspan_records_stored_total ?? Number.NaN;
        const before = await storedBy();
        await waitUntil(async () => (await storedBy()) > before, `the processor ${pid} stores records`);
      }),
    );
  }

  it('are shared out among one, two and three processors, and again when one stops and one is killed', async () => {
    const run = await FaultRun.begin('rebalance 1-2-3-2-1 processors', system);
    const first = system.processor;
    await untilSharedOut(6);
    const second = await system.startProcessor();
    await untilSharedOut(3, 3);
    await untilAllStore([first, second]);
    const third = await system.startProcessor();
    await untilSharedOut(2, 2, 2);
    await untilAllStore([first, second, third]);

    expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    await untilSharedOut(3, 3);
    await untilAllStore([second, third]);
    await second.stop('SIGKILL');
    run.lifted();
    await untilSharedOut(6);
    await untilAllStore([third]);
    system.processor = third;
    await run.untilRecovered();
    expect(run.load.statuses.get('UNAVAILABLE')).toBeUndefined();
    expect(await run.finish()).toEqual(NOTHING_LOST);
    expect(await system.untilDagsAreWhole(run.tenant)).toBeGreaterThan(0);
  });

  it('that are added are written and stored without a restart, and a keyed trace that was sent before is still known', async () => {
    const tenant = unique('retry');
    const keyed = Array.from({ length: KEYED }, (_, n) => valid({ traceId: `trace-${n}`, id: `key-${n}` }));
    const sendAll = async (): Promise<void> => {
      const sender = system.sender(tenant);
      for (const record of keyed) expect(await sender.sendLog(record)).toEqual({ status: 'ok' });
      const logs = ['a', 'b'].map((spanId) => valid({ traceId: 'trace-of-two', spanId }));
      expect(await sender.sendLogs({ logs, batchId: 'one-trace' })).toMatchObject({ status: 'ok', accepted: 2 });
    };
    await sendAll();
    const run = await FaultRun.begin('add partitions', system);
    const { topic } = system.deployment;
    run.lifted();
    await base.broker.growTo(topic, MORE_PARTITIONS);
    await waitUntil(async () => {
      const positions = await system.positions();
      return Array.from({ length: MORE_PARTITIONS }, (_, partition) => positions.get(partition) ?? 0n).every((next) => next > 0n);
    }, 'records of the new partitions are stored');
    await untilSharedOut(MORE_PARTITIONS);
    await run.untilRecovered();
    expect(await run.finish()).toEqual(NOTHING_LOST);
    await sendAll();
    await system.untilDrained();
    expect(await system.storedCount(tenant)).toBe(KEYED + 2);
  });
});
