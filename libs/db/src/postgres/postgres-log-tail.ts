import { RecordView, comparePlaces, placeBehindRecord, type PartitionPlace, type StorePosition } from '#domain';
import type { LogTail, TailPage, TailRequest } from '../api/log-tail.js';
import type { Database } from './database.js';
import { queryRows } from './rows/query-rows.js';
import { readInt32, readRecordRow } from './rows/record-row.js';
import type { Rows } from './rows/reply.js';
import { RANGES_AT_ONCE, readStoredRanges, type StoredRangeRow } from './sql/read-stored-ranges.js';
import { READ_TAIL_HEAD, tailHeadOf, type TailHeadRow } from './sql/read-tail-head.js';
import { newestStatement, tailStatement } from './sql/read-tail-page.js';
import type { BoundStatement } from './search/search-statement.js';
import { RowPlaces } from './tail/row-places.js';
import { chunkOf, hasGap, partsOf, type StoredRange, type Stretch, type TailChunk, type TailPart } from './tail/tail-parts.js';

/** chosen_rows before the tenant: its length and eight bytes. */
const COUNT_FIELD = 12;
const TABLE_NAME = {
  name: 'table-name',
  text: `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1`,
};

/** LogTail on PostgreSQL: `stored_ranges` says when what was received (docs/adr/014). */
export class PostgresLogTail implements LogTail {
  private readonly places = new RowPlaces();
  private readonly tableNames = new Map<number, string>();

  constructor(private readonly database: Database) {}

  async head(signal?: AbortSignal): Promise<StorePosition> {
    const rows = await this.database.query<TailHeadRow>(READ_TAIL_HEAD, signal);
    this.places.noteHead(rows);
    return tailHeadOf(rows);
  }

  async read<T>(request: TailRequest, read: (page: TailPage) => T): Promise<T> {
    const { from, to, records, signal } = request;
    const stretches = stretchesBetween(from, to);
    if (stretches.length === 0) return read({ next: from, forEach: () => undefined });
    const guessed = records.kind === 'tenants' ? await this.readNewest(stretches, request) : null;
    if (guessed !== null) return read(pageOf(guessed, stretches, request));
    const { stretches: chunk, received } = await this.nextChunk(stretches, signal);
    if (received === null) return read({ next: endOf(chunk, from), forEach: () => undefined });
    const rows = await this.rowsOf(tailStatement({ ...request, stretches: chunk }, received), signal);
    await this.notePlace(rows, signal);
    return read(pageOf(rows, chunk, request));
  }

  /** All rows of the stretches, where they lie at the end of the table; null where some may lie elsewhere. */
  private async readNewest(stretches: readonly Stretch[], request: TailRequest): Promise<Rows | null> {
    const guess = this.places.guess(stretches);
    // A page of some of them could not be counted.
    if (guess === null || guess.rows > request.limit) return null;
    const rows = await this.rowsOf(newestStatement({ ...request, stretches }, guess.place), request.signal);
    const isRight = chosenOf(rows) === guess.rows;
    this.places.noteGuess(isRight);
    if (!isRight) return null;
    await this.notePlace(rows, request.signal);
    return rows;
  }

  private async rowsOf({ statement, values }: BoundStatement, signal: AbortSignal | undefined): Promise<Rows> {
    return this.database.withClient((client) => queryRows(client, statement, values), signal);
  }

  private async notePlace({ bytes, starts }: Rows, signal: AbortSignal | undefined): Promise<void> {
    const view = new RecordView();
    let [table, block] = [0, -1];
    for (const start of starts) {
      const at = afterTenant(bytes, readRecordRow(bytes, start, view));
      const [rowTable, rowBlock] = [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 12)];
      if (rowTable === table && rowBlock <= block) continue;
      if (rowTable !== table) block = -1;
      table = rowTable;
      block = Math.max(block, rowBlock);
    }
    if (block >= 0) this.places.noteLast({ table: await this.nameOf(table, signal), block });
  }

  private async nameOf(oid: number, signal: AbortSignal | undefined): Promise<string> {
    const known = this.tableNames.get(oid);
    if (known !== undefined) return known;
    const rows = await this.database.query<{ name: string }>({ ...TABLE_NAME, values: [oid] }, signal);
    const name = rows[0]?.name ?? 'logs';
    this.tableNames.set(oid, name);
    return name;
  }

  private async nextChunk(stretches: readonly Stretch[], signal: AbortSignal | undefined): Promise<TailChunk> {
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

function rangeOf({ lower, upper, rows, received_from: from, received_to: to }: StoredRangeRow): StoredRange {
  return { lower: BigInt(lower), upper: BigInt(upper), rows, received: from === null || to === null ? null : { from, to } };
}

/** What of each partition lies between two positions, in the order of ids. */
function stretchesBetween(from: StorePosition, to: StorePosition): Stretch[] {
  return to.sorted().flatMap((end) => {
    const start = from.of(end.epoch, end.partition);
    return comparePlaces(start, end) < 0 ? [{ from: start, end: end.offset }] : [];
  });
}

/** The position once all of a chunk is read. */
function endOf(stretches: readonly Stretch[], from: StorePosition): StorePosition {
  return from.with(...stretches.map(placeAtEnd));
}

function placeAtEnd({ from, end }: Stretch): PartitionPlace {
  return { ...from, offset: end, index: 0 };
}

/** How many rows there were before the page was cut. */
function chosenOf({ bytes, starts }: Rows): number {
  const [first] = starts;
  // count(*) is a bigint; the limit keeps it within its lower half.
  return first === undefined ? 0 : readInt32(bytes, readRecordRow(bytes, first, new RecordView()) + 8);
}

/** Where the field behind the tenant begins. @param at behind the columns of the record */
function afterTenant(bytes: Buffer, at: number): number {
  return at + COUNT_FIELD + 4 + readInt32(bytes, at + COUNT_FIELD);
}

function pageOf(rows: Rows, stretches: readonly Stretch[], { from, records, limit }: TailRequest): TailPage {
  const { bytes, starts } = rows;
  const view = new RecordView();
  const wanted = records.kind === 'tenants' ? new Set(records.tenants) : null;
  const count = Math.min(starts.length, limit);
  return {
    next: chosenOf(rows) > count ? placeOfCut(bytes, starts[count - 1] ?? 0, stretches, from) : endOf(stretches, from),
    forEach: (take) => {
      for (let i = 0; i < count; i++) {
        const at = readRecordRow(bytes, starts[i] ?? 0, view) + COUNT_FIELD;
        const tenant = bytes.toString('utf8', at + 4, at + 4 + readInt32(bytes, at));
        if (wanted === null || wanted.has(tenant)) take(view, tenant);
      }
    },
  };
}

/** Where a page ended whose rows were cut: partitions before that of its last row are done with, those behind it not begun. */
function placeOfCut(bytes: Buffer, lastRow: number, stretches: readonly Stretch[], from: StorePosition): StorePosition {
  const view = new RecordView();
  readRecordRow(bytes, lastRow, view);
  const last = placeBehindRecord(bytes, view.idStart);
  const isBefore = ({ from: { epoch, partition } }: Stretch): boolean =>
    epoch < last.epoch || (epoch === last.epoch && partition < last.partition);
  return from.with(...stretches.filter(isBefore).map(placeAtEnd), last);
}
