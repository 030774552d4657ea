import type { FetchedBatch, MutableInstant, PositionedSlice } from '#domain';
import { ERROR_SEVERITY, SEVERITY_BY_WIRE_LEVEL, parseTimestamp, timestampFaultReason } from '#domain';
import { LogFields, WireCursor, readLog, readSpan, recordFault } from '#proto';
import { recordOffset, type RecordOffset } from './copy-buffer.js';
import { CountTally } from './count-tally.js';
import { EncodedRows } from './encoded-rows.js';
import { attributesField, extraField, isBraced, objectField } from './json-fields.js';
import { SpanRow } from './span-row.js';
import { STORE_LIMITS } from './store-limits.js';
import { TraceTally } from './trace-tally.js';

/** The columns of `logs` in the order in which rows are written. */
export const LOG_COLUMNS =
  'received_at, "time", id, size, nanos, severity, tenant, trace_id, parent_id, span_id, service, message, attributes, resource, extra';
const COLUMN_COUNT = 15;
const LOGS = (1 << 3) | 2;
const SPANS = (3 << 3) | 2;
/** Fixed bytes of a row: lengths, numbers, braces. */
const ROW_OVERHEAD = 512;

/** A record or span that is not among the rows. */
export interface UnstorableRecord {
  readonly slice: PositionedSlice;
  /** Position in the message, logs and spans counted together; -1: the whole message. */
  readonly index: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

/**
 * Walks the slices of a batch straight into rows of PostgreSQL's binary COPY format.
 *
 * States: `begin` empties it, `enter` names the batch that the next slices are of, `add` takes one slice after another; then
 * `logs` and `spans` hold the rows. One instance is used again for many batches, one at a time.
 */
export class BatchEncoder {
  readonly logs = new EncodedRows('logs');
  readonly spans = new EncodedRows('spans');
  readonly traces = new TraceTally();
  readonly counts = new CountTally();
  readonly unstorable: UnstorableRecord[] = [];
  private slices: PositionedSlice[] = [];
  /** When each slice was received, milliseconds. */
  private receipts: number[] = [];
  private readonly outer = new WireCursor();
  private readonly inner = new WireCursor();
  private readonly fields = new LogFields();
  private readonly spanRow = new SpanRow();
  private readonly time: MutableInstant = { seconds: 0, nanos: 0 };
  private epoch = 0;
  private partition = 0;
  private thorough = false;

  /** @param thorough checks every record by the contract, as ingest does: for input that the database has refused. */
  begin(thorough: boolean): void {
    this.logs.clear();
    this.spans.clear();
    this.slices = [];
    this.receipts = [];
    this.unstorable.length = 0;
    this.traces.clear();
    this.counts.clear();
    this.thorough = thorough;
  }

  /** Rows of both tables. */
  get rows(): number {
    return this.logs.count + this.spans.count;
  }

  /** @param epoch number of the batch's source, which record ids are made of */
  enter(batch: FetchedBatch, epoch: number): void {
    this.epoch = epoch;
    this.partition = batch.partition;
  }

  /** @param receivedAt milliseconds; decides the partition of the table. */
  add(slice: PositionedSlice, receivedAt: number): void {
    const firstLog = this.logs.count;
    const firstSpan = this.spans.count;
    const firstUnstorable = this.unstorable.length;
    const sliceNumber = this.slices.push(slice) - 1;
    this.receipts.push(receivedAt);
    this.traces.open(slice.tenant, slice.value);
    this.counts.open(slice.tenant, receivedAt);
    const tenant = Buffer.from(slice.tenant, 'utf8');
    const offset = recordOffset(slice.offset);
    const { outer, epoch, partition } = this;
    this.spanRow.open({ tenant, epoch, partition, offset, receivedAt });
    outer.open(slice.value, 0, slice.value.length);
    let index = 0;
    while (outer.pos < outer.end) {
      const tag = outer.tag();
      if (tag !== LOGS && tag !== SPANS) {
        if (outer.fault === null) outer.skip(tag);
        continue;
      }
      const end = outer.lengthEnd();
      if (outer.fault !== null) break;
      const reason =
        tag === LOGS
          ? this.addRecord(slice.value, tenant, offset, outer.pos, end, index, receivedAt)
          : this.addSpan(slice.value, outer.pos, end, index, receivedAt);
      if (reason === null) (tag === LOGS ? this.logs : this.spans).note(sliceNumber, index, outer.pos, end);
      else this.unstorable.push({ slice, index, reason, bytes: Buffer.from(slice.value.subarray(outer.pos, end)) });
      outer.pos = end;
      index++;
    }
    if (outer.fault === null) return this.traces.commit();
    // What can't be framed can't be trusted: nothing of the message is stored, all of it is kept aside.
    this.logs.rewind(firstLog);
    this.spans.rewind(firstSpan);
    this.unstorable.length = firstUnstorable;
    this.tallyAgain();
    this.unstorable.push({
      slice,
      index: -1,
      reason: `the message is no LogBatch: ${outer.fault}`,
      bytes: Buffer.from(slice.value),
    });
  }

  /** Row `row` as a record to keep aside. */
  unstorableRow(rows: EncodedRows, row: number, reason: string): UnstorableRecord {
    const slice = this.slices[rows.sliceOf(row)];
    if (slice === undefined) throw new RangeError(`there is no row ${row}`);
    const bytes = Buffer.from(slice.value.subarray(rows.recordStart(row), rows.recordEnd(row)));
    return { slice, index: rows.indexOf(row), reason: rows === this.spans ? spanReason(reason) : reason, bytes };
  }

  private addSpan(source: Buffer, start: number, end: number, index: number, receivedAt: number): string | null {
    const { inner, spanRow } = this;
    inner.open(source, start, end);
    const reason = spanRow.write(this.spans.buffer, source, inner, index, this.thorough);
    if (reason !== null) return spanReason(reason);
    this.traces.add(spanRow.fields.traceIdStart, spanRow.fields.traceIdEnd, spanRow.failed ? receivedAt : 0);
    return null;
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
    const { fields: f, inner, time } = this;
    const out = this.logs.buffer;
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
    objectField(out, source, f.resourceJsonStart, f.resourceJsonEnd);
    extraField(out, source, f);
    this.traces.add(f.traceIdStart, f.traceIdEnd, severity >= ERROR_SEVERITY ? receivedAt : 0);
    this.counts.add(time.seconds, source, f.serviceStart, f.serviceEnd, severity);
    return null;
  }

  /** Leaves out the rows of messages. @param slices their places in the order in which they were added */
  leaveOut(slices: ReadonlySet<number>): void {
    for (const rows of [this.logs, this.spans]) {
      for (let row = 0; row < rows.count; row++) if (slices.has(rows.sliceOf(row))) rows.leftOut.add(row);
    }
    this.tallyAgain();
  }

  /** Tallies the rows again, without those that are left out. */
  tallyAgain(): void {
    this.traces.clear();
    this.counts.clear();
    const { inner, traces, counts, fields: f, spanRow, time } = this;
    this.eachRow(this.logs, (source, start, end, receivedAt) => {
      inner.open(source, start, end);
      readLog(inner, f);
      const severity = severityOf(f);
      if (f.timestampStart < f.timestampEnd) parseTimestamp(source, f.timestampStart, f.timestampEnd, time);
      else setMillis(time, receivedAt);
      traces.add(f.traceIdStart, f.traceIdEnd, severity >= ERROR_SEVERITY ? receivedAt : 0);
      counts.add(time.seconds, source, f.serviceStart, f.serviceEnd, severity);
    });
    this.eachRow(this.spans, (source, start, end, receivedAt) => {
      inner.open(source, start, end);
      readSpan(inner, spanRow.fields);
      traces.add(spanRow.fields.traceIdStart, spanRow.fields.traceIdEnd, spanRow.failed ? receivedAt : 0);
    });
  }

  private eachRow(rows: EncodedRows, read: (source: Buffer, start: number, end: number, receivedAt: number) => void): void {
    const { traces, counts } = this;
    let open = -1;
    for (let row = 0; row < rows.count; row++) {
      if (rows.leftOut.has(row)) continue;
      const number = rows.sliceOf(row);
      const slice = this.slices[number];
      if (slice === undefined) continue;
      if (number !== open) {
        if (open >= 0) traces.commit();
        traces.open(slice.tenant, slice.value);
        counts.open(slice.tenant, this.receipts[number] ?? 0);
        open = number;
      }
      read(slice.value, rows.recordStart(row), rows.recordEnd(row), this.receipts[number] ?? 0);
    }
    if (open >= 0) traces.commit();
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

/** So that whoever finds the bytes among the dead letters knows what they are. */
function spanReason(reason: string): string {
  return `span: ${reason}`;
}
