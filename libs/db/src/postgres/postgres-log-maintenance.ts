import type { PoolClient } from 'pg';
import type { LogMaintenance, MaintenanceOutcome } from '../api/log-maintenance.js';
import type { Database } from './database.js';
import { DAY_MS, partitionWidthDays, startOfDay } from './partition-ranges.js';
import { isPartitionRace, isUnavailable } from './sql-state.js';
import { deleteOlderRows, type AgingTable } from './sql/delete-older-rows.js';
import { detachPartition, finishDetaching } from './sql/detach-partition.js';
import { clearMark, dropRetiredTable, markRetired, readRetiredTables } from './sql/drop-retired-tables.js';
import { ensurePartition } from './sql/partitions.js';
import { boundOfSize } from './sql/bound-of-size.js';
import { noteRetention } from './sql/note-retention.js';
import { RECORD_TABLES, readAllPartitions, readPartitions, type StoredPartition } from './sql/read-partitions.js';
import { estimateRetryKeys, readEarlierClock, readRetryKeyBound } from './sql/read-sweep-bounds.js';
import { withMaintenanceLock } from './sql/maintenance-lock.js';

export interface LogMaintenanceOptions {
  /** Days that records are kept, counted from their receipt. */
  readonly retentionDays: number;
  /** Most bytes that the partitions of `logs` may take, indexes included; null or absent: no bound. */
  readonly maxBytes?: number | null;
  /** Longest wait for a lock, milliseconds. More than deadlock_timeout, after which autovacuum gives way. Default 3,000. */
  readonly lockTimeoutMs?: number;
  /** Rows that a statement deletes at most. Default 5,000. */
  readonly chunkRows?: number;
}

const DEFAULT_LOCK_TIMEOUT_MS = 3_000;
const DEFAULT_CHUNK_ROWS = 5_000;
/** Signatures that a statement deletes: each may be hundreds of rows beside its table. */
const SIGNATURES = 100;
/** Days after today whose partitions are made ahead of time. */
const AHEAD_DAYS = 2;

/** One run's connection and what it was told; `postponed` grows. */
interface Run {
  readonly client: PoolClient;
  readonly signal: AbortSignal;
  /** By the earlier of two clocks, milliseconds since 1970. */
  readonly now: number;
  readonly postponed: string[];
}

/**
 * LogMaintenance on PostgreSQL 14+, on one connection that holds an advisory lock.
 *
 * How a partition goes, each step committed and repeatable: marked by a comment -> detaching -> detached -> dropped. A run
 * first ends what an earlier one has begun: a pending detach is finished (there is no way back, and a second one can't
 * begin beside it), a marked table that is no partition any more is dropped.
 */
export class PostgresLogMaintenance implements LogMaintenance {
  private readonly retentionMs: number;
  private readonly widthDays: number;
  private readonly maxBytes: number | null;
  private readonly lockTimeoutMs: number;
  private readonly chunkRows: number;

  constructor(
    private readonly database: Database,
    {
      retentionDays,
      maxBytes = null,
      lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS,
      chunkRows = DEFAULT_CHUNK_ROWS,
    }: LogMaintenanceOptions,
  ) {
    this.retentionMs = retentionDays * DAY_MS;
    this.maxBytes = maxBytes;
    this.widthDays = partitionWidthDays(retentionDays, maxBytes);
    this.lockTimeoutMs = lockTimeoutMs;
    this.chunkRows = chunkRows;
  }

  async run(signal: AbortSignal): Promise<MaintenanceOutcome> {
    const locked = await this.database.withClient(
      (client) => withMaintenanceLock(client, this.lockTimeoutMs, () => this.work(client, signal)),
      signal,
    );
    return locked ?? { kind: 'elsewhere' };
  }

  private async work(client: PoolClient, signal: AbortSignal): Promise<MaintenanceOutcome> {
    const now = await readEarlierClock(client, Date.now());
    const run: Run = { client, signal, now, postponed: [] };
    const aged = now - this.retentionMs;
    await this.step(run, 'partitions for the coming days', () => this.makeAhead(run), undefined);
    const size = await boundOfSize(client, this.maxBytes, now);
    const cutoff = Math.max(aged, size.cutoff);
    const errorTracesSwept = await this.step(run, 'old error traces', () => this.sweepErrorTraces(run, cutoff), 0);
    const partitionsDropped = await this.dropPartitions(run, cutoff);
    const deadLettersSwept = await this.step(run, 'old dead letters', () => this.sweep(run, 'dead_letters', aged), 0);
    // As old as records that are gone: a replay would bring both back.
    await this.step(run, 'old recognized retries', () => this.sweep(run, 'recognized_retries', cutoff), 0);
    // A position from before then is still good: finding what came after it takes longer.
    await this.step(run, 'old stored ranges', () => this.sweep(run, 'stored_ranges', cutoff), 0);
    const retryKeysSwept = await this.step(run, 'retry keys', () => this.sweepRetryKeys(run), 0);
    await this.step(run, 'counts of records that are gone', () => this.sweepCounts(run), 0);
    const partitions = (await readAllPartitions(client)).filter(({ detaching }) => !detaching).length;
    const retryKeys = await estimateRetryKeys(client);
    const { postponed } = run;
    const { maxBytes } = this;
    const { keptBytes: bytes, partitionsOver: partitionsOverSize } = size;
    await noteRetention(client, this.retentionMs / DAY_MS, maxBytes);
    const swept = { errorTracesSwept, deadLettersSwept, retryKeysSwept };
    return { kind: 'done', partitions, partitionsDropped, bytes, maxBytes, partitionsOverSize, ...swept, retryKeys, postponed };
  }

  private async makeAhead({ client, signal, now }: Run): Promise<void> {
    for (const table of RECORD_TABLES) {
      // Where no span ever came, look-ups are spared its partitions.
      if (table === 'spans' && (await readPartitions(client, table)).length === 0) continue;
      for (let day = 0; day <= AHEAD_DAYS; day++) {
        signal.throwIfAborted();
        await ensurePartition(client, table, startOfDay(now) + day * DAY_MS, this.widthDays);
      }
    }
  }

  /**
   * Before the partitions go, not after: a trace that is due while its records vanish would be built from the rest of them.
   * What is kept whole begins where the partitions begin that hold the cutoff: the later one, should those of spans lie
   * otherwise.
   */
  private async sweepErrorTraces(run: Run, cutoff: number): Promise<number> {
    const boundaries = (await readAllPartitions(run.client)).filter(({ from, to }) => from <= cutoff && cutoff < to);
    return this.sweep(run, 'error_traces', boundaries.length === 0 ? cutoff : Math.max(...boundaries.map(({ from }) => from)));
  }

  private async dropPartitions(run: Run, cutoff: number): Promise<number> {
    const { client, signal } = run;
    const expired = ({ to }: StoredPartition): boolean => to <= cutoff;
    await this.step(
      run,
      'partitions that retention drops',
      async () => {
        for (const partition of await readAllPartitions(client)) {
          signal.throwIfAborted();
          if (partition.detaching) await finishDetaching(client, partition);
          else if (partition.marked && !expired(partition)) await clearMark(client, partition);
        }
        for (const partition of (await readAllPartitions(client)).filter(expired)) {
          signal.throwIfAborted();
          await markRetired(client, partition);
          await detachPartition(client, partition);
        }
      },
      undefined,
    );
    let dropped = 0;
    for (const name of await readRetiredTables(client)) {
      signal.throwIfAborted();
      if (await this.step(run, `the table ${name}, which retention drops`, () => dropRetiredTable(client, name), false))
        dropped++;
    }
    return dropped;
  }

  /**
   * Of days before the oldest partition: readers leave them out already. Signatures before the counts that make them hold: should
   * records of such a day be stored again, they are counted from nothing.
   */
  private async sweepCounts(run: Run): Promise<number> {
    const [oldest] = await readPartitions(run.client);
    const before = oldest?.from ?? -Infinity;
    return (await this.sweep(run, 'text_signatures', before, SIGNATURES)) + (await this.sweep(run, 'log_counts', before));
  }

  private async sweepRetryKeys({ client, signal, now }: Run): Promise<number> {
    const before = await readRetryKeyBound(client, now);
    return before === null ? 0 : deleteOlderRows(client, 'ingested_batches', before, this.chunkRows, signal);
  }

  private async sweep({ client, signal }: Run, table: AgingTable, beforeMs: number, most = Infinity): Promise<number> {
    // A partition that somebody made without a lower bound: all is kept.
    const before = beforeMs === -Infinity ? '-infinity' : new Date(beforeMs).toISOString();
    return deleteOlderRows(client, table, before, Math.min(most, this.chunkRows), signal);
  }

  /** One kind of work; where it fails, the others are done all the same, unless the database is away. */
  private async step<T>(run: Run, what: string, work: () => Promise<T>, otherwise: T): Promise<T> {
    run.signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      // A writer may have ended the detaching that this run waits with: that is no missing schema.
      if (run.signal.aborted || (isUnavailable(error) && !isPartitionRace(error))) throw error;
      run.postponed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  }
}
