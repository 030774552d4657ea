import { WireCursor } from './cursor.js';
import { textFieldFault, type RecordFault } from './field-faults.js';
import { LogFields } from './log-fields.js';
import { murmur2, partitionOf } from './murmur2.js';
import { readLog } from './read-log.js';
import { readSpan } from './read-span.js';
import type { RecordLimits } from './record-limits.js';
import { SpanFields } from './span-fields.js';
import { recordFault } from './validate-record.js';
import { spanFault } from './validate-span.js';

/** A record or span of a batch that was not taken. */
export interface RejectedRecord extends RecordFault {
  /** Position in the batch, from 0: spans count after the logs, wherever they stand in the bytes. */
  readonly index: number;
}

/** The good records and spans of one call that belong to one partition. */
export interface BatchSlice {
  readonly partition: number;
  /** Serialized `logs.LogBatch` of the records, byte for byte and in the order in which they came. */
  readonly value: Buffer;
  /** The trace id's bytes where all records of the slice are of one trace. */
  readonly messageKey?: Buffer;
}

export type SlicedBatch =
  | {
      readonly kind: 'sliced';
      readonly accepted: number;
      readonly rejected: readonly RejectedRecord[];
      readonly slices: readonly BatchSlice[];
      /** The number of partitions that this cut depends on: 1 where all records are of one trace, which stays together anyway. */
      readonly cutFor: number;
      /** batch_id; empty where not sent. */
      readonly batchId: string;
    }
  /** The bytes are no LogBatch: nothing can be taken. */
  | { readonly kind: 'malformed'; readonly reason: string }
  /** batch_id breaks the contract: nothing is taken. */
  | { readonly kind: 'bad-batch-id'; readonly fault: RecordFault };

export interface SliceOptions {
  /** Number of partitions, at least 1. */
  readonly partitions: number;
  readonly limits: RecordLimits;
  /** Whether a record must name its trace and span; a span always must. */
  readonly requireTrace: boolean;
  /** A slice is cut before it grows past this; a larger single record travels alone. */
  readonly sliceBytes: number;
}

/** What contract 5 cuts slices at. */
export const SLICE_BYTES = 512 * 1024;

const LOGS = (1 << 3) | 2;
const BATCH_ID = (2 << 3) | 2;
const SPANS = (3 << 3) | 2;

const outer = new WireCursor();
const inner = new WireCursor();
const fields = new LogFields();
const spanFields = new SpanFields();

/**
 * Checks every record and span of a serialized `logs.LogBatch` and cuts the good ones into slices by partition.
 *
 * Two passes over the bytes: the first notes each good record's range and slice, the second copies ranges, runs of
 * neighbours at once. No object is made per record. Deterministic: the same bytes and options give the same slices,
 * which is what makes a keyed retry recognizable.
 */
export function sliceBatch(body: Buffer, options: SliceOptions): SlicedBatch {
  const plan = new SlicePlan(options);
  const rejected: RejectedRecord[] = [];
  const rejectedSpans: RejectedRecord[] = [];
  let index = 0;
  let spans = 0;
  let batchIdStart = 0;
  let batchIdEnd = 0;
  outer.open(body, 0, body.length);
  while (outer.pos < outer.end) {
    const recordStart = outer.pos;
    const tag = outer.tag();
    if (tag === LOGS) {
      const end = outer.lengthEnd();
      if (outer.fault !== null) break;
      inner.open(body, outer.pos, end);
      readLog(inner, fields);
      if (inner.fault !== null) return { kind: 'malformed', reason: `logs[${index}]: ${inner.fault}` };
      const fault = recordFault(body, fields, options.limits, options.requireTrace);
      if (fault === null) plan.add(body, recordStart, end, fields.traceIdStart, fields.traceIdEnd);
      else rejected.push({ index, ...fault });
      outer.pos = end;
      index++;
    } else if (tag === SPANS) {
      const end = outer.lengthEnd();
      if (outer.fault !== null) break;
      inner.open(body, outer.pos, end);
      readSpan(inner, spanFields);
      if (inner.fault !== null) return { kind: 'malformed', reason: `spans[${spans}]: ${inner.fault}` };
      const fault = spanFault(body, spanFields, options.limits);
      if (fault === null) plan.add(body, recordStart, end, spanFields.traceIdStart, spanFields.traceIdEnd);
      else rejectedSpans.push({ index: spans, ...fault });
      outer.pos = end;
      spans++;
    } else if (tag === BATCH_ID) {
      batchIdEnd = outer.lengthEnd();
      batchIdStart = outer.pos;
      outer.pos = batchIdEnd;
    } else if (outer.fault === null) outer.skip(tag);
  }
  if (outer.fault !== null) return { kind: 'malformed', reason: outer.fault };
  const fault = textFieldFault(body, 'batch_id', batchIdStart, batchIdEnd, options.limits.idBytes);
  if (fault !== null) return { kind: 'bad-batch-id', fault };
  for (const span of rejectedSpans) rejected.push({ ...span, index: index + span.index });
  const slices = plan.copy(body);
  return {
    kind: 'sliced',
    accepted: index + spans - rejected.length,
    rejected,
    slices,
    cutFor: isOneTrace(slices) ? 1 : options.partitions,
    batchId: body.toString('utf8', batchIdStart, batchIdEnd),
  };
}

/** Ranges and slices of the records of the body that is being cut: used again for every call, for one call often holds one record. */
const records = { starts: new Int32Array(1024), ends: new Int32Array(1024), sliceOf: new Int32Array(1024) };

/** Which record goes into which slice. One plan at a time. */
class SlicePlan {
  private count = 0;
  private readonly openSlice: Int32Array;
  private readonly sizes: number[] = [];
  private readonly partitions: number[] = [];
  private readonly keyStarts: number[] = [];
  private readonly keyEnds: number[] = [];
  private readonly oneTrace: boolean[] = [];
  private withoutTrace = 0;
  private spreadFrom = 0;

  constructor(private readonly options: SliceOptions) {
    this.openSlice = new Int32Array(options.partitions).fill(-1);
  }

  add(body: Buffer, start: number, end: number, traceIdStart: number, traceIdEnd: number): void {
    const partition =
      traceIdEnd > traceIdStart
        ? partitionOf(body, traceIdStart, traceIdEnd, this.options.partitions)
        : this.partitionWithoutTrace(body, start, end);
    let slice = this.openSlice[partition] ?? -1;
    if (slice < 0 || (this.sizes[slice] ?? 0) + (end - start) > this.options.sliceBytes) {
      slice = this.sizes.length;
      this.openSlice[partition] = slice;
      this.sizes.push(0);
      this.partitions.push(partition);
      this.keyStarts.push(traceIdStart);
      this.keyEnds.push(traceIdEnd);
      this.oneTrace.push(traceIdEnd > traceIdStart);
    } else if (this.oneTrace[slice] === true) {
      this.oneTrace[slice] = sameBytes(body, traceIdStart, traceIdEnd, this.keyStarts[slice] ?? 0, this.keyEnds[slice] ?? 0);
    }
    this.sizes[slice] = (this.sizes[slice] ?? 0) + (end - start);
    if (this.count === records.starts.length) grow();
    records.starts[this.count] = start;
    records.ends[this.count] = end;
    records.sliceOf[this.count] = slice;
    this.count++;
  }

  /**
   * Records without a trace have no order to keep: runs of them go round the partitions. Where the round begins is
   * drawn from the first one's bytes, so that small calls don't all meet in partition 0 and a retry is cut the same.
   */
  private partitionWithoutTrace(body: Buffer, start: number, end: number): number {
    if (this.withoutTrace === 0) this.spreadFrom = murmur2(body, start, end) & 0xffffff;
    return (this.spreadFrom + (this.withoutTrace++ >>> 6)) % this.options.partitions;
  }

  copy(body: Buffer): BatchSlice[] {
    const { starts, ends, sliceOf } = records;
    const values = this.sizes.map((size) => Buffer.allocUnsafe(size));
    const filled = new Int32Array(values.length);
    for (let i = 0; i < this.count;) {
      const slice = sliceOf[i] ?? 0;
      const start = starts[i] ?? 0;
      let end = ends[i] ?? 0;
      for (i++; i < this.count && sliceOf[i] === slice && starts[i] === end; i++) end = ends[i] ?? 0;
      const at = filled[slice] ?? 0;
      const value = values[slice];
      if (value !== undefined) body.copy(value, at, start, end);
      filled[slice] = at + (end - start);
    }
    return values.map((value, slice) => ({
      partition: this.partitions[slice] ?? 0,
      value,
      ...(this.oneTrace[slice] === true && {
        messageKey: Buffer.from(body.subarray(this.keyStarts[slice], this.keyEnds[slice])),
      }),
    }));
  }
}

function isOneTrace(slices: readonly BatchSlice[]): boolean {
  const trace = slices[0]?.messageKey;
  return trace !== undefined && slices.every(({ messageKey }) => messageKey?.equals(trace) === true);
}

function grow(): void {
  records.starts = doubled(records.starts);
  records.ends = doubled(records.ends);
  records.sliceOf = doubled(records.sliceOf);
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}

function sameBytes(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = 0; i < aEnd - aStart; i++) if (bytes[aStart + i] !== bytes[bStart + i]) return false;
  return true;
}
