/**
 * A processor is frozen in the middle of its work for longer than its session in the consumer group and its leases on DAGs
 * last, another takes over, and then it wakes up and goes on where it was.
 *
 * So that this is no matter of luck, the frozen processor's connections to PostgreSQL lead through relays, which hold it
 * where it hurts: before a transaction, within a COPY, before a COMMIT, and with the DAG of an old state in its hand.
 */
import type { AppProcess } from '../support/app-process.js';
import { deploymentOnBed, startFaultBed, type FaultBed } from '../support/fault-bed.js';
import { FaultRun, NOTHING_LOST } from '../support/fault-run.js';
import { describeWithKafka } from '../support/kafka.js';
import { LogLevel } from '../support/records.js';
import { DATABASES, SeparateProcesses, type DagRow } from '../support/separate-processes.js';
import { atStatement, beforeCommit, TcpRelay, withinRows } from '../support/tcp-relay.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** Two for each of two processors. */
const PARTITIONS = 4;
/** The session ends after 10 s and the leases after 30, and the group then agrees anew. */
const TAKE_OVER_BOUND_MS = 75_000;
/** A minute of load is to be made up for in seconds. */
const LOAD = { restMs: 200 };
/** What the bus says where the store refuses a batch because its partition has moved on. */
const FENCED = 'the stored position is another one';

/** Two processors: one that can be frozen, with relays before its databases, and one that takes over. */
interface Pair {
  readonly system: SeparateProcesses;
  readonly frozen: AppProcess;
  readonly logs: TcpRelay;
  readonly dags: TcpRelay;
  /** Where the partitions stood when the one was frozen. */
  positions: ReadonlyMap<number, bigint>;
  run: FaultRun;
}

describeWithKafka('a processor that is frozen past its session and its leases', () => {
  const bed = useTestBed();
  let base: FaultBed;
  let before: Pair;
  let within: Pair;
  let traceId: string;

  // Both are frozen at the same time: nothing but time has to pass until their sessions end.
  beforeAll(async () => {
    base = await startFaultBed(bed);
    before = await startPair('SIGSTOP log-processor and its DagBuilder, SIGCONT');
    within = await startPair('SIGSTOP log-processor within its transactions, SIGCONT');

    before.dags.hold(atStatement('put-dags'));
    const [dagWrite = Buffer.alloc(0)] = await before.dags.untilHolding();
    traceId = /load-[\w-]+-trace-\d+/.exec(dagWrite.toString('latin1'))?.[0] ?? '';
    before.logs.hold(atStatement('move-or-fail'), atStatement('move-or-fail')); // both of its partitions
    within.logs.hold(withinRows, beforeCommit);
    for (const pair of [before, within]) {
      await pair.logs.untilHolding();
      pair.frozen.freeze();
      pair.positions = await pair.system.positions();
    }
  });

  // Also where the test that wakes it was not reached.
  afterAll(() => [before, within].forEach((pair) => pair.frozen.wake()));

  async function startPair(name: string): Promise<Pair> {
    const deployment = deploymentOnBed(base, PARTITIONS);
    const [logs, dags] = [base.logs.url(DATABASES[0]), base.dags.url(DATABASES[1])];
    const relays = { logs: await relayTo(logs), dags: await relayTo(dags) };
    const system = await SeparateProcesses.start(bed, deployment, {
      LOG_INGESTION_DATABASE: relays.logs.urlOf(logs),
      DAG_DATABASE: relays.dags.urlOf(dags),
    });
    const frozen = system.processor;
    system.processor = await system.startProcessor();
    await untilSharedOut(system, 2, 2);
    const run = await FaultRun.begin(name, system, LOAD);
    return { system, frozen, ...relays, positions: new Map(), run };
  }

  async function relayTo(url: string): Promise<TcpRelay> {
    const relay = await TcpRelay.start(url);
    bed.defer(() => relay.stop());
    return relay;
  }

  async function untilSharedOut({ deployment }: SeparateProcesses, ...counts: readonly number[]): Promise<void> {
    const sizes = async (): Promise<string> => {
      const members = await base.broker.assignments(deployment.groupId, deployment.topic);
      return members.map((partitions) => partitions.length).join();
    };
    const what = `the members of the group have ${counts.join(' and ')} partitions`;
    await waitUntil(async () => (await sizes()) === counts.join(), what, TAKE_OVER_BOUND_MS);
  }

  async function untilTakenOver({ system, positions }: Pair): Promise<void> {
    await untilSharedOut(system, PARTITIONS);
    await waitUntil(
      async () => {
        const stuck = [...(await system.positions())].filter(([partition, next]) => next <= (positions.get(partition) ?? 0n));
        if (stuck.length > 0) throw new Error(`nothing is stored any more of the partitions ${stuck.map(([n]) => n).join()}`);
        return true;
      },
      'another processor stores the records of all partitions',
      TAKE_OVER_BOUND_MS,
    );
  }

  async function wake(pair: Pair): Promise<void> {
    pair.run.lifted();
    pair.frozen.wake();
    for (const relay of [pair.logs, pair.dags]) relay.release();
    await Promise.all([pair.logs.untilAnswered(), pair.dags.untilAnswered()]);
  }

  async function settle({ system, frozen, run }: Pair): Promise<void> {
    await untilSharedOut(system, 2, 2);
    await frozen.untilReady();
    await run.untilRecovered();
    expect(run.load.statuses.get('UNAVAILABLE')).toBeUndefined();
    expect(await run.finish()).toEqual(NOTHING_LOST);
    expect(await system.untilDagsAreWhole(run.tenant)).toBeGreaterThan(0);
  }

  describe('before a transaction, and with a DAG in its hand', () => {
    let newer: DagRow;

    it('loses its partitions to another', async () => {
      await untilTakenOver(before);
    });

    it('loses its leases to another DagBuilder, which builds the newer DAG', async () => {
      const { system, run } = before;
      expect(traceId).not.toBe('');
      const known = await system.traceCount(run.tenant, traceId);
      await run.load.add({ traceId, spanId: 'late-span', level: LogLevel.ERROR, message: `${traceId}-late` });
      const wholeRow = async (): Promise<DagRow | null> => {
        const row = await system.dagRow(run.tenant, traceId);
        const records = await system.traceCount(run.tenant, traceId);
        return records > known && row?.log_count === records ? row : null;
      };
      newer = await waitUntil(wholeRow, `the DAG of ${traceId} holds the late record`, TAKE_OVER_BOUND_MS);
    });

    it('is refused by the stored position when it wakes and writes what it held', async () => {
      expect(before.frozen.output).not.toContain(FENCED);
      await wake(before);
      await waitUntil(() => before.frozen.output.includes(FENCED), 'the woken processor is told that its partition has moved on');
    });

    it('does not replace the newer DAG by the one that it held', async () => {
      expect(await before.system.dagRow(before.run.tenant, traceId)).toEqual(newer);
    });

    it('gets partitions again, and no record is lost or stored twice', async () => {
      await settle(before);
      expect(await before.system.dagRow(before.run.tenant, traceId)).toEqual(newer);
    });
  });

  describe('within its transactions', () => {
    it('loses its partitions to another, which does not wait for those transactions to end', async () => {
      await untilTakenOver(within);
    });

    it('gets partitions again when it wakes, and no record is lost or stored twice', async () => {
      await wake(within);
      await settle(within);
    });
  });
});
