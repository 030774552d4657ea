import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StorePosition } from '#domain';
import type { LogTail, TailPage, TailRequest } from '../api/log-tail.js';
import type { Database } from './database.js';
import { queryRows } from './rows/query-rows.js';
import type { Rows } from './rows/reply.js';
import { READ_BY_INDEX } from './sql/index-reads.js';
import { RANGES_AT_ONCE, readStoredRanges, type StoredRangeRow } from './sql/read-stored-ranges.js';
import { READ_TAIL_HEAD, tailHeadOf, type TailHeadRow } from './sql/read-tail-head.js';
import { recentStatement, tailStatement } from './sql/read-tail-page.js';
import { joinedRows, type KeptBatch, type RecentBatches } from './tail/recent-batches.js';
import { RecentReceipts } from './tail/recent-receipts.js';
import { sortedById, stretchesBetween, tailPageOf, withoutNext, type TailRows } from './tail/tail-pages.js';
import {
  chunkOf,
  hasGap,
  partsOf,
  type Receipts,
  type StoredRange,
  type Stretch,
  type TailChunk,
  type TailPart,
} from './tail/tail-parts.js';

/** What is read at once for everybody, and kept until it is shown page by page. */
const MOST_RECENT = { rows: 50_000, bytes: 24 * 1024 * 1024 };
/** The same of rows that the server sorts. */
const CHUNK = { limit: 10_000, maxBytes: 8 * 1024 * 1024 };

/** Rows of batches of this process that are looked at together. */
const JOINED_ROWS = 500;

const TOO_LARGE = new Error('The rows are too large to be read at once.');

/** Rows of which some pages were shown. */
interface RowsAhead {
  readonly to: StorePosition;
  /** What is left of those; null: all were shown. */
  readonly rows: TailRows | null;
  /** What follows them. */
  readonly batches: readonly KeptBatch[];
}

/** LogTail on PostgreSQL: `stored_ranges` says when what was received (docs/adr/014). */
export class PostgresLogTail implements LogTail {
  private readonly receipts = new RecentReceipts();
  /** By the position at which the last page ended: what nobody reads on from is forgotten. */
  private readonly ahead = new WeakMap<StorePosition, RowsAhead>();

  /** @param recent what this process stores itself, where it does */
  constructor(
    private readonly database: Database,
    private readonly recent: RecentBatches | null = null,
  ) {}

  async head(signal?: AbortSignal): Promise<StorePosition> {
    this.recent?.ask();
    const rows = await this.database.query<TailHeadRow>(READ_TAIL_HEAD, signal);
    this.receipts.noteHead(rows);
    return tailHeadOf(rows);
  }

  async read<T>(request: TailRequest, read: (page: TailPage) => T): Promise<T> {
    const { from, to, records, signal } = request;
    signal?.throwIfAborted();
    if (records.kind === 'filter')
      return read(tailPageOf(await this.rowsOf(stretchesBetween(from, to), request, request), request).page);
    const ahead = await this.rowsAhead(request);
    const [rows, batches] = ahead.rows === null ? firstOf(ahead.batches) : [ahead.rows, ahead.batches];
    const { page, rest } = tailPageOf(rows, request);
    if (rest !== null || batches.length > 0) this.ahead.set(page.next, { to, rows: rest, batches });
    return read(page);
  }

  private async rowsAhead(request: TailRequest): Promise<RowsAhead> {
    const { from, to, signal } = request;
    const kept = this.ahead.get(from);
    if (kept?.to === to) {
      // As if they were read: others have their turn between two pages.
      await nextTurn(undefined, { signal });
      return kept;
    }
    const stretches = stretchesBetween(from, to);
    const batches = this.recent === null ? null : await this.recent.take(stretches);
    if (batches !== null) return { to, rows: null, batches };
    return {
      to,
      rows: (await this.recentRows(stretches, signal)) ?? (await this.rowsOf(stretches, request, CHUNK)),
      batches: [],
    };
  }

  /** The first rows of what lies between two positions. @param bounds what is read at once */
  private async rowsOf(
    all: readonly Stretch[],
    { records, signal }: TailRequest,
    bounds: Pick<TailRequest, 'limit' | 'maxBytes'>,
  ): Promise<TailRows> {
    const { stretches, received } = await this.nextChunk(all, signal);
    if (received === null) return { rows: NO_ROWS, stretches, shown: 0, isCut: false };
    const { statement, values } = tailStatement({ stretches, records, ...bounds }, received);
    const found = await this.database.withClient((client) => queryRows(client, statement, values), signal);
    const { rows, isCut } = withoutNext(found, bounds.limit);
    return { rows, stretches, shown: 0, isCut };
  }

  /** All rows between two positions, where they are what was stored last; null where the usual way has to find them. */
  private async recentRows(stretches: readonly Stretch[], signal: AbortSignal | undefined): Promise<TailRows | null> {
    const guess = this.receipts.guess(stretches);
    if (guess === null || guess.rows > MOST_RECENT.rows) return null;
    if (guess.rows === 0 || guess.received === null) return { rows: NO_ROWS, stretches, shown: 0, isCut: false };
    const rows = await this.readRecent(stretches, guess.received, signal);
    if (rows === null) return null;
    const isRight = rows.starts.length === guess.rows;
    this.receipts.noteGuess(isRight);
    return isRight ? { rows: sortedById(rows), stretches, shown: 0, isCut: false } : null;
  }

  /** Rows in any order; null where there are too many bytes of them. */
  private async readRecent(stretches: readonly Stretch[], received: Receipts, signal?: AbortSignal): Promise<Rows | null> {
    const ending = new AbortController();
    const bound = { maxBytes: MOST_RECENT.bytes, onTooLarge: () => ending.abort(TOO_LARGE) };
    // Not AbortSignal.any: it would leave something behind at a signal that lives as long as the process.
    const onAbort = (): void => ending.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const { statement, values } = recentStatement(stretches, received);
    try {
      return await this.database.transaction(async (client) => {
        await client.query(READ_BY_INDEX);
        return queryRows(client, statement, values, bound);
      }, ending.signal);
    } catch (error) {
      if (error === TOO_LARGE) return null;
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private async nextChunk(stretches: readonly Stretch[], signal: AbortSignal | undefined): Promise<TailChunk> {
    if (stretches.length === 0) return { stretches, received: null };
    const usual = await this.partsOf(stretches, false, signal);
    if (!usual.some(hasGap)) return chunkOf(usual);
    return chunkOf(await this.partsOf(stretches, true, signal));
  }

  private async partsOf(
    stretches: readonly Stretch[],
    all: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly TailPart[])[]> {
    const rows = await this.database.query<StoredRangeRow>(readStoredRanges(stretches, all), signal);
    return stretches.map((stretch) => {
      const { epoch, partition } = stretch.from;
      const ranges = rows.filter((row) => row.epoch === epoch && row.partition === partition).map(rangeOf);
      return partsOf(stretch, ranges, !all && ranges.length === RANGES_AT_ONCE);
    });
  }
}

/** The first batches that make a page together, and those that follow. */
function firstOf(batches: readonly KeptBatch[]): [TailRows, readonly KeptBatch[]] {
  let count = 0;
  const last = batches.findIndex(({ rows }) => (count += rows.starts.length) >= JOINED_ROWS);
  const first = last < 0 ? batches : batches.slice(0, last + 1);
  const stretches = first.map(({ stretch }) => stretch);
  return [{ rows: joinedRows(first), stretches, shown: 0, isCut: false }, batches.slice(first.length)];
}

const NO_ROWS: Rows = { bytes: Buffer.alloc(0), starts: [] };

function rangeOf({ lower, upper, rows, received_from: from, received_to: to }: StoredRangeRow): StoredRange {
  return { lower: BigInt(lower), upper: BigInt(upper), rows, received: from === null || to === null ? null : { from, to } };
}
