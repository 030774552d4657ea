import { CopyBuffer } from './copy-buffer.js';

/** The tables that hold what came over the bus. */
export type RecordTable = 'logs' | 'spans';

const LARGEST_KEPT_BUFFER = 32 * 1024 * 1024;

/**
 * Rows of one table in PostgreSQL's binary COPY format, back to back, and of each the record that it was made of. Any run of
 * rows can be sent alone. Used again for many batches: what it has grown is the point of it.
 */
export class EncodedRows {
  readonly buffer = new CopyBuffer();
  count = 0;
  /** Rows that are not stored: those that the database has refused, or of messages that are known. */
  readonly leftOut = new Set<number>();
  private ends = new Int32Array(4096);
  private slices = new Int32Array(4096);
  private indexes = new Int32Array(4096);
  private recordStarts = new Int32Array(4096);
  private recordEnds = new Int32Array(4096);

  constructor(readonly table: RecordTable) {}

  clear(): void {
    if (this.buffer.bytes.length > LARGEST_KEPT_BUFFER) this.buffer.bytes = Buffer.allocUnsafe(LARGEST_KEPT_BUFFER / 4);
    this.rewind(0);
    this.leftOut.clear();
  }

  /** Takes back all rows from `count` on. */
  rewind(count: number): void {
    this.count = count;
    this.buffer.length = this.end(count - 1);
  }

  /** Ends the row that was written to the buffer: of record `index` of slice `slice`, whose bytes lie from `start` to `end`. */
  note(slice: number, index: number, start: number, end: number): void {
    if (this.count === this.ends.length) this.grow();
    this.ends[this.count] = this.buffer.length;
    this.slices[this.count] = slice;
    this.indexes[this.count] = index;
    this.recordStarts[this.count] = start;
    this.recordEnds[this.count] = end;
    this.count++;
  }

  /** The bytes of the rows from `from` to before `to`. */
  bytes(from = 0, to = this.count): Buffer {
    return this.buffer.bytes.subarray(this.end(from - 1), this.end(to - 1));
  }

  /** How many of the rows from `from` to before `to` are not left out. */
  kept(from: number, to: number): number {
    if (this.leftOut.size === 0) return to - from;
    let kept = 0;
    for (let row = from; row < to; row++) if (!this.leftOut.has(row)) kept++;
    return kept;
  }

  /** The bytes of the rows from `first` to before `end` that are not left out, row after row, in as few parts as that takes. */
  *keptBytes(first = 0, end = this.count): Generator<Buffer> {
    if (this.leftOut.size === 0) return yield this.bytes(first, end);
    let from = first;
    for (let row = first; row <= end; row++) {
      if (row < end && !this.leftOut.has(row)) continue;
      if (row > from) yield this.bytes(from, row);
      from = row + 1;
    }
  }

  sliceOf(row: number): number {
    return this.slices[row] ?? 0;
  }

  indexOf(row: number): number {
    return this.indexes[row] ?? 0;
  }

  recordStart(row: number): number {
    return this.recordStarts[row] ?? 0;
  }

  recordEnd(row: number): number {
    return this.recordEnds[row] ?? 0;
  }

  private end(row: number): number {
    return row < 0 ? 0 : (this.ends[row] ?? 0);
  }

  private grow(): void {
    this.ends = doubled(this.ends);
    this.slices = doubled(this.slices);
    this.indexes = doubled(this.indexes);
    this.recordStarts = doubled(this.recordStarts);
    this.recordEnds = doubled(this.recordEnds);
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
