import { callTooLarge, fieldTooLarge } from '#platform';
import { Log, wrapLog } from '#proto';

/** A row of a request that was not taken. */
export interface RowFault {
  /** Position in the request, from 0. */
  readonly row: number;
  /** As the sender spells it; empty where no field is to blame. */
  readonly field: string;
  readonly reason: string;
}

/** Faults that are told one by one; the others are counted. */
const FAULTS_TOLD = 1_000;
/** Rows that a request may hold, so that millions of empty ones can't occupy the process for long. */
export const MAX_ROWS = 200_000;
const FIRST_BYTES = 16 * 1024;
const EMPTY = Log.decode(new Uint8Array(0));

/** Collects the records of one request of a foreign protocol into the bytes of a `logs.LogBatch`. */
export class RecordBatch {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private length = 0;
  private readonly rows: number[] = [];
  private readonly told: RowFault[] = [];
  private refused = 0;
  private fineTimes = 0;

  /** @param limit bytes that the records may take together: labels of a stream are written with each of its lines */
  constructor(private readonly limit: number) {}

  /**
   * @param row the record's position in the request
   * @throws RootspanError 413 where the records grow past the limit, or the rows past theirs
   */
  add(row: number, fields: Partial<Log>): void {
    checkRows(row);
    const log = wrapLog(Log.encode({ ...EMPTY, ...fields }).finish());
    if (this.length + log.length > this.limit) throw callTooLarge(this.limit);
    this.reserve(log.length);
    this.bytes.set(log, this.length);
    this.length += log.length;
    this.rows.push(row);
    if (/[.,]\d/.test(fields.timestamp ?? '')) this.fineTimes++;
  }

  refuse(row: number, field: string, reason: string): void {
    checkRows(row);
    this.refused++;
    if (this.told.length < FAULTS_TOLD) this.told.push({ row, field, reason });
  }

  /** Whether the senders' clock is finer than a second, by the times that some record names. */
  get hasFineTimes(): boolean {
    return this.fineTimes > 0;
  }

  get refusedCount(): number {
    return this.refused;
  }

  /** The first of the rows that were refused, in order. */
  get faults(): readonly RowFault[] {
    return this.told;
  }

  /** Serialized `logs.LogBatch` of the records. */
  body(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** The row that the n-th record came from. */
  rowOf(index: number): number {
    return this.rows[index] ?? 0;
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

function checkRows(row: number): void {
  if (row >= MAX_ROWS) throw fieldTooLarge('records', `has more than ${MAX_ROWS} entries: send smaller batches`);
}
