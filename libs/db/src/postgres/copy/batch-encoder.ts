import type { FetchedBatch, MutableInstant, PositionedSlice } from '#domain';
import { ERROR_SEVERITY, SEVERITY_BY_WIRE_LEVEL, parseTimestamp, timestampFaultReason } from '#domain';
import { LogFields, WireCursor, readLog, recordFault } from '#proto';
import { CopyBuffer, recordOffset, type RecordOffset } from './copy-buffer.js';
import { CountTally } from './count-tally.js';
import { attributesField, extraField, isBraced, resourceField } from './json-fields.js';
import { STORE_LIMITS } from './store-limits.js';
import { TraceTally } from './trace-tally.js';

/** The columns of `logs` in the order in which rows are written. */
export const COPY_COLUMNS =
  'received_at, "time", id, size, nanos, severity, tenant, trace_id, parent_id, span_id, service, message, attributes, resource, extra';
const COLUMN_COUNT = 15;
const LOGS = (1 << 3) | 2;
/** Fixed bytes of a row: lengths, numbers, braces. */
const ROW_OVERHEAD = 512;
const NONE: ReadonlySet<number> = new Set();
const LARGEST_KEPT_BUFFER = 32 * 1024 * 1024;

/** A record that is not among the rows. */
export interface UnstorableRecord {
  readonly slice: PositionedSlice;
  /** Position in the message; -1: the whole message. */
  readonly index: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

/**
 * Walks the slices of a batch straight into rows of PostgreSQL's binary COPY format.
 *
 * States: `begin` empties it, `enter` names the batch that the next slices are of, `add` takes one slice after another; then `buffer` holds the rows back to back and
 * `rowEnd(i)` tells where row i ends, so that any run of rows can be sent alone. One instance is used again for many
 * batches, one at a time: the buffers it has grown are the point of it.
 */
export class BatchEncoder {
  readonly buffer = new CopyBuffer();
  readonly traces = new TraceTally();
  readonly counts = new CountTally();
  readonly unstorable: UnstorableRecord[] = [];
  rows = 0;
  private ends = new Int32Array(4096);
  private slices: PositionedSlice[] = [];
  /** When each slice was received, milliseconds. */
  private receipts: number[] = [];
  private rowSlice = new Int32Array(4096);
  private rowIndex = new Int32Array(4096);
  private recordStarts = new Int32Array(4096);
  private recordEnds = new Int32Array(4096);
  private readonly outer = new WireCursor();
  private readonly inner = new WireCursor();
  private readonly fields = new LogFields();
  private readonly time: MutableInstant = { seconds: 0, nanos: 0 };
  private epoch = 0;
  private partition = 0;
  private thorough = false;

  /** @param thorough checks every record by the contract, as ingest does: for input that the database has refused. */
  begin(thorough: boolean): void {
    if (this.buffer.bytes.length > LARGEST_KEPT_BUFFER) this.buffer.bytes = Buffer.allocUnsafe(LARGEST_KEPT_BUFFER / 4);
    this.buffer.length = 0;
    this.rows = 0;
    this.slices = [];
    this.receipts = [];
    this.unstorable.length = 0;
    this.traces.clear();
    this.counts.clear();
    this.thorough = thorough;
  }

  /** @param epoch number of the batch's source, which record ids are made of */
  enter(batch: FetchedBatch, epoch: number): void {
    this.epoch = epoch;
    this.partition = batch.partition;
  }

  /** @param receivedAt milliseconds; decides the partition of the table. */
  add(slice: PositionedSlice, receivedAt: number): void {
    const firstRow = this.rows;
    const start = this.buffer.length;
    const firstUnstorable = this.unstorable.length;
    const sliceNumber = this.slices.push(slice) - 1;
    this.receipts.push(receivedAt);
    this.traces.open(slice.tenant, slice.value);
    this.counts.open(slice.tenant, receivedAt);
    const tenant = Buffer.from(slice.tenant, 'utf8');
    const offset = recordOffset(slice.offset);
    const { outer } = this;
    outer.open(slice.value, 0, slice.value.length);
    let index = 0;
    while (outer.pos < outer.end) {
      const tag = outer.tag();
      if (tag !== LOGS) {
        if (outer.fault === null) outer.skip(tag);
        continue;
      }
      const end = outer.lengthEnd();
      if (outer.fault !== null) break;
      const reason = this.addRecord(slice.value, tenant, offset, outer.pos, end, index, receivedAt);
      if (reason === null) this.noteRow(sliceNumber, index, outer.pos, end);
      else this.unstorable.push({ slice, index, reason, bytes: Buffer.from(slice.value.subarray(outer.pos, end)) });
      outer.pos = end;
      index++;
    }
    if (outer.fault === null) return this.traces.commit();
    // What can't be framed can't be trusted: nothing of the message is stored, all of it is kept aside.
    this.rows = firstRow;
    this.buffer.length = start;
    this.unstorable.length = firstUnstorable;
    this.recount(NONE);
    this.unstorable.push({
      slice,
      index: -1,
      reason: `the message is no LogBatch: ${outer.fault}`,
      bytes: Buffer.from(slice.value),
    });
  }

  rowEnd(row: number): number {
    return row < 0 ? 0 : (this.ends[row] ?? 0);
  }

  /** Row `row` as a record to keep aside. */
  unstorableRow(row: number, reason: string): UnstorableRecord {
    const slice = this.slices[this.rowSlice[row] ?? 0];
    if (slice === undefined) throw new RangeError(`there is no row ${row}`);
    const bytes = Buffer.from(slice.value.subarray(this.recordStarts[row], this.recordEnds[row]));
    return { slice, index: this.rowIndex[row] ?? 0, reason, bytes };
  }

  /** Writes one row; answers why not where the record can't be one. */
  private addRecord(
    source: Buffer,
    tenant: Buffer,
    offset: RecordOffset,
    start: number,
    end: number,
    index: number,
    receivedAt: number,
  ): string | null {
    const { fields: f, inner, buffer: out, time } = this;
    inner.open(source, start, end);
    readLog(inner, f);
    if (inner.fault !== null) return `the record is no Log: ${inner.fault}`;
    if (this.thorough) {
      const fault = recordFault(source, f, STORE_LIMITS, false);
      if (fault !== null) return `${fault.field} ${fault.reason}`;
    }
    if (f.timestampStart < f.timestampEnd) {
      const fault = parseTimestamp(source, f.timestampStart, f.timestampEnd, time);
      if (fault !== null) return `timestamp ${timestampFaultReason(fault)}`;
    } else setMillis(time, receivedAt);
    const severity = severityOf(f);
    if (severity === 0) return `level ${f.level} or severity_number ${f.severityNumber} is unknown`;
    if (f.serviceStart === f.serviceEnd) return 'service is required';
    if (!isBraced(source, f.attributesJsonStart, f.attributesJsonEnd)) return 'attributes_json is not a JSON object';
    if (!isBraced(source, f.resourceJsonStart, f.resourceJsonEnd)) return 'resource_json is not a JSON object';

    const size = end - start;
    // Control characters grow sixfold as JSON.
    out.reserve((hasJsonStrings(f) ? size * 6 : size) + tenant.length + ROW_OVERHEAD);
    out.int16(COLUMN_COUNT);
    out.timestampField(Math.floor(receivedAt / 1000), (receivedAt % 1000) * 1_000_000);
    out.timestampField(time.seconds, time.nanos);
    out.recordIdField(this.epoch, this.partition, offset, index);
    out.int32Field(size);
    out.int16Field(time.nanos % 1000);
    out.int16Field(severity);
    out.textField(tenant, 0, tenant.length);
    out.textOrNull(source, f.traceIdStart, f.traceIdEnd);
    out.textOrNull(source, f.parentIdStart, f.parentIdEnd);
    out.textOrNull(source, f.spanIdStart, f.spanIdEnd);
    out.textField(source, f.serviceStart, f.serviceEnd);
    out.textField(source, f.messageStart, f.messageEnd);
    attributesField(out, source, f);
    resourceField(out, source, f);
    extraField(out, source, f);
    this.traces.add(f.traceIdStart, f.traceIdEnd, severity >= ERROR_SEVERITY ? receivedAt : 0);
    this.counts.add(time.seconds, source, f.serviceStart, f.serviceEnd, severity);
    return null;
  }

  /** Tallies the rows again, without those that the database has refused. */
  recount(refused: ReadonlySet<number>): void {
    const { inner, fields: f, traces, counts, time } = this;
    traces.clear();
    counts.clear();
    let open = -1;
    for (let row = 0; row < this.rows; row++) {
      if (refused.has(row)) continue;
      const number = this.rowSlice[row] ?? 0;
      const slice = this.slices[number];
      if (slice === undefined) continue;
      if (number !== open) {
        if (open >= 0) traces.commit();
        traces.open(slice.tenant, slice.value);
        counts.open(slice.tenant, this.receipts[number] ?? 0);
        open = number;
      }
      inner.open(slice.value, this.recordStarts[row] ?? 0, this.recordEnds[row] ?? 0);
      readLog(inner, f);
      const receivedAt = this.receipts[number] ?? 0;
      const severity = severityOf(f);
      if (f.timestampStart < f.timestampEnd) parseTimestamp(slice.value, f.timestampStart, f.timestampEnd, time);
      else setMillis(time, receivedAt);
      traces.add(f.traceIdStart, f.traceIdEnd, severity >= ERROR_SEVERITY ? receivedAt : 0);
      counts.add(time.seconds, slice.value, f.serviceStart, f.serviceEnd, severity);
    }
    if (open >= 0) traces.commit();
  }

  private noteRow(slice: number, index: number, start: number, end: number): void {
    if (this.rows === this.ends.length) {
      this.ends = doubled(this.ends);
      this.rowSlice = doubled(this.rowSlice);
      this.rowIndex = doubled(this.rowIndex);
      this.recordStarts = doubled(this.recordStarts);
      this.recordEnds = doubled(this.recordEnds);
    }
    this.ends[this.rows] = this.buffer.length;
    this.rowSlice[this.rows] = slice;
    this.rowIndex[this.rows] = index;
    this.recordStarts[this.rows] = start;
    this.recordEnds[this.rows] = end;
    this.rows++;
  }
}

/** OpenTelemetry severity number, 0 where level or severity_number is unknown. */
function severityOf(f: LogFields): number {
  const ofLevel = SEVERITY_BY_WIRE_LEVEL[f.level] ?? 0;
  if (f.severityNumber === 0 || ofLevel === 0) return ofLevel;
  return f.severityNumber > 24 ? 0 : f.severityNumber;
}

/** Whether texts of the record go into a JSON column, where characters may have to be escaped. */
function hasJsonStrings(f: LogFields): boolean {
  return (
    f.attributeCount > 0 ||
    f.idStart < f.idEnd ||
    f.scopeStart < f.scopeEnd ||
    f.eventStart < f.eventEnd ||
    f.severityTextStart < f.severityTextEnd ||
    f.observedTimestampStart < f.observedTimestampEnd
  );
}

function setMillis(time: MutableInstant, ms: number): void {
  time.seconds = Math.floor(ms / 1000);
  time.nanos = (ms - time.seconds * 1000) * 1_000_000;
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
