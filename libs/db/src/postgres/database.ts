import pg from 'pg';
import { StoreUnavailableError } from '../api/store-unavailable.js';
import { createDatabase } from './create-database.js';
import { endStuckPeers } from './sql/end-stuck-peers.js';
import { driverError, isLockTimeout, isUnavailable } from './sql-state.js';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database?sslmode=... */
  readonly url: string;
  /** Shown by pg_stat_activity, such as `rootspan query-service`. */
  readonly applicationName: string;
  readonly maxConnections: number;
  /**
   * Longest wait for a lock, milliseconds. Then connections of programs of the same name that stopped within a transaction for
   * twice as long are ended, and the statement is given up as unavailable. Default: no bound, for programs that only read.
   */
  readonly lockTimeoutMs?: number;
  /** Called where an idle connection breaks; the pool replaces it by itself. */
  readonly onConnectionError?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A pool of connections to one database.
 *
 * Every failure that says "not now" (no connection, server starting or stopping, disk full) comes out as
 * StoreUnavailableError; every other failure as pg threw it.
 */
export class Database {
  private readonly pool: pg.Pool;
  /** What ends other statements must not queue behind them. */
  private readonly sidePool: pg.Pool;
  private closing = false;
  private readonly url: string;

  private readonly lockTimeoutMs: number;

  constructor(options: DatabaseOptions) {
    this.url = options.url;
    this.lockTimeoutMs = options.lockTimeoutMs ?? 0;
    const common = {
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    };
    this.sidePool = new pg.Pool({ ...common, max: 1, idleTimeoutMillis: 1_000, allowExitOnIdle: true });
    this.pool = new pg.Pool({
      ...common,
      max: options.maxConnections,
      // Time zone and float format never matter to us; synchronous_commit is what an ack promises.
      options: `-c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC -c lock_timeout=${this.lockTimeoutMs}`,
    });
    for (const pool of [this.pool, this.sidePool]) {
      // A server that stops right after us may be quicker to end the connections than our own farewell.
      pool.on('error', (error) => this.closing || options.onConnectionError?.(error));
    }
  }

  /** Runs `work` on one connection; aborting the signal cancels the statement under way in the server. */
  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const client = await this.connect();
    // Nobody listened to the signal while a connection was waited for.
    if (signal?.aborted) client.release();
    signal?.throwIfAborted();
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    let cancelling: Promise<void> | undefined;
    const onAbort = (): void => void (cancelling = this.cancel(client));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(client);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (isUnavailable(error)) {
        broken ??= error as Error;
        throw new StoreUnavailableError(messageOf(error), { cause: error });
      }
      if (this.lockTimeoutMs > 0 && isLockTimeout(error)) {
        throw new StoreUnavailableError(await this.endStuckPeers(), { cause: error });
      }
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // The connection goes back only after the cancel request has ended: it must not hit the next statement.
      await cancelling;
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** Runs `work` in one transaction; rolls back where it throws. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.withClient(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    }, signal);
  }

  async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig, signal?: AbortSignal): Promise<Row[]> {
    return this.withClient(async (client) => (await client.query<Row>(query)).rows, signal);
  }

  /** Makes the database itself, where the server has none of its name. */
  async create(): Promise<void> {
    await createDatabase(this.url);
  }

  /** Resolves where the database answers. */
  async ping(): Promise<void> {
    await this.query({ text: 'SELECT 1' });
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([this.pool.end(), this.sidePool.end()]);
  }

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw new StoreUnavailableError(messageOf(error), { cause: error });
    }
  }

  /** @returns what was done, as a sentence */
  private async endStuckPeers(): Promise<string> {
    try {
      const { rows } = await this.sidePool.query<{ ended: number }>(endStuckPeers(2 * this.lockTimeoutMs));
      const ended = rows[0]?.ended ?? 0;
      if (ended > 0) return `A lock was held by ${ended} connections that had stopped within a transaction: they were ended.`;
    } catch {
      // The next try sees why.
    }
    return `A lock was not free within ${this.lockTimeoutMs} ms.`;
  }

  private async cancel(client: pg.PoolClient): Promise<void> {
    const pid = (client as unknown as { processID?: number }).processID;
    if (pid === undefined) return;
    try {
      await this.sidePool.query('SELECT pg_cancel_backend($1)', [pid]);
    } catch {
      // The server is away: the statement ends with its connection.
    }
  }
}

function messageOf(thrown: unknown): string {
  const error = driverError(thrown);
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
