import type { PoolClient, QueryConfig, QueryResultRow } from 'pg';
import type { RowStatement } from '../rows/call-messages.js';
import { queryRows } from '../rows/query-rows.js';
import type { Rows } from '../rows/reply.js';
import { isCancelled } from '../sql-state.js';
import { READ_BY_INDEX } from '../sql/index-reads.js';

/** The statement was not done in time, and was ended in the server. */
export const TIMED_OUT = Symbol('timed out');

/** A window that takes longer is better asked for in parts. */
const LONGEST_WINDOW_MS = 600;

/** A moment of the process's clock until which reads may take, and what is left until then. */
export class TimeBudget {
  private readonly end: number;

  constructor(budgetMs: number) {
    this.end = performance.now() + budgetMs;
  }

  /** Milliseconds; 0 or less where it is used up. */
  get leftMs(): number {
    return this.end - performance.now();
  }

  /** Milliseconds for the next window: half of what is left at most, so that there is time for a narrower one. */
  get windowMs(): number {
    return Math.max(1, Math.min(this.leftMs / 2, LONGEST_WINDOW_MS));
  }
}

const BEGIN = `BEGIN TRANSACTION READ ONLY; ${READ_BY_INDEX}`;

/**
 * Reads on one connection, each ended by the server after its own time (statement_timeout within a transaction that only
 * reads), so that nothing runs on where this process is gone.
 */
export class BoundedReads {
  private open = false;
  private timeoutMs = 0;

  constructor(private readonly client: PoolClient) {}

  /** Rows as bytes. @throws what pg throws for anything but the time */
  async rows(statement: RowStatement, values: readonly (string | number)[], timeoutMs: number): Promise<Rows | typeof TIMED_OUT> {
    return this.bounded(timeoutMs, () => queryRows(this.client, statement, values));
  }

  /** Rows as objects, in the same way. */
  async objects<Row extends QueryResultRow>(query: QueryConfig, timeoutMs: number): Promise<Row[] | typeof TIMED_OUT> {
    return this.bounded(timeoutMs, async () => (await this.client.query<Row>(query)).rows);
  }

  /** What a reading function answers, in the same way; each of its statements may take that long. */
  async once<T>(read: (client: PoolClient) => Promise<T>, timeoutMs: number): Promise<T | typeof TIMED_OUT> {
    return this.bounded(timeoutMs, () => read(this.client));
  }

  /** Ends the transaction; to be called whatever happened. */
  async end(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    // A cancel request that comes late may hit the first one.
    await this.client.query('ROLLBACK').catch(() => this.client.query('ROLLBACK').catch(() => undefined));
  }

  private async bounded<T>(timeoutMs: number, read: () => Promise<T>): Promise<T | typeof TIMED_OUT> {
    const whole = Math.max(1, Math.ceil(timeoutMs));
    try {
      if (!this.open) await this.client.query(`${BEGIN}; SET LOCAL statement_timeout = ${whole}`);
      else if (whole !== this.timeoutMs) await this.client.query(`SET LOCAL statement_timeout = ${whole}`);
      this.open = true;
      this.timeoutMs = whole;
      return await read();
    } catch (error) {
      this.open = true;
      await this.end();
      if (isCancelled(error)) return TIMED_OUT;
      throw error;
    }
  }
}
