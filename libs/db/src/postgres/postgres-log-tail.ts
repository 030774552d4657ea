import { RecordView, comparePlaces, placeBehindRecord, type PartitionPlace, type StorePosition } from '#domain';
import type { LogTail, TailPage, TailRequest } from '../api/log-tail.js';
import type { Database } from './database.js';
import { queryRows } from './rows/query-rows.js';
import { readInt32, readRecordRow } from './rows/record-row.js';
import type { Rows } from './rows/reply.js';
import { RANGES_AT_ONCE, readStoredRanges, type StoredRangeRow } from './sql/read-stored-ranges.js';
import { READ_TAIL_HEAD, tailHeadOf, type TailHeadRow } from './sql/read-tail-head.js';
import { tailStatement } from './sql/read-tail-page.js';
import { chunkOf, hasGap, partsOf, type StoredRange, type Stretch, type TailChunk, type TailPart } from './tail/tail-parts.js';

/** chosen_rows before the tenant: its length and eight bytes. */
const COUNT_FIELD = 12;

/** LogTail on PostgreSQL: `stored_ranges` says when what was received (docs/adr/014). */
export class PostgresLogTail implements LogTail {
  constructor(private readonly database: Database) {}

  async head(signal?: AbortSignal): Promise<StorePosition> {
    return tailHeadOf(await this.database.query<TailHeadRow>(READ_TAIL_HEAD, signal));
  }

  async read<T>(request: TailRequest, read: (page: TailPage) => T): Promise<T> {
    const { from, to, records, limit, maxBytes, signal } = request;
    const stretches = stretchesBetween(from, to);
    if (stretches.length === 0) return read({ count: 0, next: from, forEach: () => undefined });
    const chunk = await this.nextChunk(stretches, signal);
    const { received } = chunk;
    const nothing = records.kind === 'tenants' && records.tenants.length === 0;
    if (received === null || nothing) return read({ count: 0, next: endOf(chunk, from), forEach: () => undefined });
    const { statement, values } = tailStatement({ ...chunk, received }, records, limit, maxBytes);
    const rows = await this.database.withClient((client) => queryRows(client, statement, values), signal);
    return read(pageOf(rows, limit, chunk, from));
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
function endOf({ stretches }: TailChunk, from: StorePosition): StorePosition {
  return from.with(...stretches.map(placeAtEnd));
}

function placeAtEnd({ from, end }: Stretch): PartitionPlace {
  return { ...from, offset: end, index: 0 };
}

function pageOf({ bytes, starts }: Rows, limit: number, chunk: TailChunk, from: StorePosition): TailPage {
  const view = new RecordView();
  const [first] = starts;
  // count(*) is a bigint; the limit keeps it within its lower half.
  const chosen = first === undefined ? 0 : readInt32(bytes, readRecordRow(bytes, first, view) + 8);
  const count = Math.min(starts.length, limit);
  return {
    count,
    next: chosen > count ? placeOfCut(bytes, starts[count - 1] ?? 0, chunk, from) : endOf(chunk, from),
    forEach: (take) => {
      for (let i = 0; i < count; i++) {
        const at = readRecordRow(bytes, starts[i] ?? 0, view) + COUNT_FIELD;
        take(view, bytes.toString('utf8', at + 4, at + 4 + readInt32(bytes, at)));
      }
    },
  };
}

/** Where a page ended whose rows were cut: partitions before that of its last row are done with, those behind it not begun. */
function placeOfCut(bytes: Buffer, lastRow: number, { stretches }: TailChunk, from: StorePosition): StorePosition {
  const view = new RecordView();
  readRecordRow(bytes, lastRow, view);
  const last = placeBehindRecord(bytes, view.idStart);
  const isBefore = ({ from: { epoch, partition } }: Stretch): boolean =>
    epoch < last.epoch || (epoch === last.epoch && partition < last.partition);
  return from.with(...stretches.filter(isBefore).map(placeAtEnd), last);
}
