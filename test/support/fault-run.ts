import type { ContractClient } from './contract-client.js';
import { account, Load, type Account, type LoadOptions } from './load.js';
import { outcomeOf } from './outcome.js';
import { unique, valid } from './records.js';
import { waitUntil } from './wait-until.js';

/** A record as the store shows it: its id in Rootspan and its message. */
export interface StoredRecord {
  readonly id: string;
  readonly message: string;
}

/** A running system that something is done to. */
export interface FaultTarget {
  /** A client that sends as the tenant, on a connection of its own. */
  sender(tenant: string): ContractClient;
  /** All stored records of the tenant. */
  storedRecords(tenant: string): Promise<readonly StoredRecord[]>;
  /** Waits until nothing that was acknowledged is still on its way into the store. */
  untilDrained(): Promise<void>;
}

/** What became of the records of a load; `lost`, `twice`, `strange` and `sameId` are empty where the promise was kept. */
export interface FaultAccount extends Account {
  /** Ids that more than one record has. */
  readonly sameId: readonly string[];
}

export const NOTHING_LOST: FaultAccount = { lost: [], twice: [], strange: [], sameId: [] };

const SENDERS = 3;
/** About 2,000 records a second, so that a minute's outage is made up for in seconds. */
const LOAD: LoadOptions = { callers: 8, restMs: 100 };
/** Traces enough that each partition gets some of them. */
const PROBE_TRACES = 128;
/** Longer than a consumer group needs to notice that a member is dead and to share out its partitions. */
const RECOVERY_BOUND_MS = 120_000;

/**
 * One fault under load: several senders with keyed batches, sent again until they are acknowledged, and single records
 * without a key. To be used in this order: begin, (the test strikes,) lifted, untilRecovered, finish.
 */
export class FaultRun {
  readonly tenant = unique('fault');
  readonly load: Load;
  private liftedAt = performance.now();
  private recoverySeconds = Number.NaN;

  private constructor(
    private readonly name: string,
    private readonly target: FaultTarget,
    options: LoadOptions,
  ) {
    const senders = Array.from({ length: SENDERS }, () => target.sender(this.tenant));
    this.load = new Load(senders, { ...LOAD, ...options });
  }

  /** Starts the load and waits until it runs. @param name of the fault, for the line of counts */
  static async begin(name: string, target: FaultTarget, options: LoadOptions = {}): Promise<FaultRun> {
    const run = new FaultRun(name, target, options);
    await run.load.untilMore(1_000);
    await waitUntil(async () => (await target.storedRecords(run.tenant)).length > 0, 'records of the load are stored');
    return run;
  }

  /** Nothing hinders the system from now on: what was killed is gone for good, what was away is about to be back. */
  lifted(): void {
    this.liftedAt = performance.now();
  }

  /** Waits until a batch that is sent now, for every partition, is acknowledged and stored. */
  async untilRecovered(): Promise<void> {
    const tenant = unique('probe');
    const sender = this.target.sender(tenant);
    const logs = Array.from({ length: PROBE_TRACES }, (_, i) => valid({ traceId: `${tenant}-${i}`, message: `${tenant}-${i}` }));
    const batch = { batchId: tenant, logs };
    const isAcked = async (): Promise<boolean> => (await outcomeOf(sender.sendLogs(batch))).status === 'OK';
    await waitUntil(isAcked, 'a new batch is acknowledged', RECOVERY_BOUND_MS);
    const isStored = async (): Promise<boolean> => (await this.target.storedRecords(tenant)).length >= PROBE_TRACES;
    await waitUntil(isStored, 'a new batch is stored whole', RECOVERY_BOUND_MS);
    this.recoverySeconds = (performance.now() - this.liftedAt) / 1000;
  }

  /** Ends the load, sends again what has no answer, waits for the store, prints the counts, and compares. */
  async finish(): Promise<FaultAccount> {
    await this.load.stop();
    await this.load.finish(this.target.sender(this.tenant));
    await this.target.untilDrained();
    const stored = await this.target.storedRecords(this.tenant);
    const ids = new Set<string>();
    const sameId = stored.filter(({ id }) => ids.has(id) || !ids.add(id)).map(({ id }) => id);
    const outcome = account(
      this.load,
      stored.map(({ message }) => message),
    );
    this.print(outcome, stored);
    return { ...outcome, sameId };
  }

  private print(outcome: Account, stored: readonly StoredRecord[]): void {
    const { acked, statuses } = this.load;
    const counts = [
      `acked ${acked.size}`,
      `stored ${stored.length}`,
      `stored though not acked ${stored.filter(({ message }) => !acked.has(message)).length}`,
      `lost ${outcome.lost.length}`,
      `duplicates ${outcome.twice.length}`,
      `calls ${[...statuses].map(([status, count]) => `${status} ${count}`).join(' ')}`,
      `recovered in ${this.recoverySeconds.toFixed(1)} s`,
    ];
    process.stderr.write(`[fault] ${this.name}: ${counts.join(', ')}\n`);
  }
}
