import { RecordView, comparePlaces, placeBehindRecord, type PartitionPlace, type StorePosition } from '#domain';
import type { TailPage, TailRequest } from '../../api/log-tail.js';
import { readInt32, readRecordRow } from '../rows/record-row.js';
import { rowBytes, type Rows } from '../rows/reply.js';
import type { Stretch } from './tail-parts.js';

const ID_BYTES = 16;
/** chosen_rows before the tenant: its length and eight bytes. */
const COUNT_FIELD = 12;

/** What lies between two positions, one stretch a partition, in the order of ids. */
export function stretchesBetween(from: StorePosition, to: StorePosition): Stretch[] {
  return to.sorted().flatMap((end) => {
    const start = from.of(end.epoch, end.partition);
    return comparePlaces(start, end) < 0 ? [{ from: start, end: end.offset }] : [];
  });
}

/** Rows between two positions in the order of ids, of which pages are made. */
export interface TailRows {
  readonly rows: Rows;
  /** What they are all rows of. */
  readonly stretches: readonly Stretch[];
  /** Whether the last ones were cut off. */
  readonly isCut: boolean;
  /** Rows of the pages before. */
  readonly shown: number;
}

/** A page that the server has cut: `limit` rows and perhaps one more, which only says that rows follow. */
export function withoutNext({ bytes, starts }: Rows, limit: number): Pick<TailRows, 'rows' | 'isCut'> {
  const kept = starts.slice(0, limit);
  const [first] = starts;
  // count(*) is a bigint; the limit keeps it within its lower half.
  const chosen = first === undefined ? 0 : readInt32(bytes, readRecordRow(bytes, first, new RecordView()) + 8);
  return { rows: { bytes, starts: kept }, isCut: chosen > kept.length };
}

/** New rows nearly are in that order. */
export function sortedById({ bytes, starts }: Rows): Rows {
  const order = (a: number, b: number): number => bytes.compare(bytes, b + 4, b + 4 + ID_BYTES, a + 4, a + 4 + ID_BYTES);
  return { bytes, starts: [...starts].sort(order) };
}

/** The next page of the rows, and what is left of them; null where that was all. The first row fits whatever its size. */
export function tailPageOf(all: TailRows, request: TailRequest): { readonly page: TailPage; readonly rest: TailRows | null } {
  const { rows, stretches, isCut, shown } = all;
  const { bytes, starts } = rows;
  const { from, records } = request;
  const end = shown + pageSize(rows, shown, request);
  const isAll = end === starts.length;
  const view = new RecordView();
  const wanted = records.kind === 'tenants' ? new Set(records.tenants) : null;
  const page: TailPage = {
    next: isAll && !isCut ? from.with(...stretches.map(placeAtEnd)) : placeOfCut(bytes, starts[end - 1] ?? 0, stretches, from),
    forEach: (take) => {
      for (let i = shown; i < end; i++) {
        const at = readRecordRow(bytes, starts[i] ?? 0, view) + COUNT_FIELD;
        const tenant = bytes.toString('utf8', at + 4, at + 4 + readInt32(bytes, at));
        if (wanted === null || wanted.has(tenant)) take(view, tenant);
      }
    },
  };
  return { page, rest: isAll ? null : { ...all, shown: end } };
}

function pageSize({ bytes, starts }: Rows, first: number, { limit, maxBytes }: TailRequest): number {
  const most = Math.min(limit, starts.length - first);
  let size = 0;
  for (let count = 0; count < most; count++) {
    size += rowBytes(bytes, starts[first + count] ?? 0);
    if (size > maxBytes && count > 0) return count;
  }
  return most;
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

function placeAtEnd({ from, end }: Stretch): PartitionPlace {
  return { ...from, offset: end, index: 0 };
}
