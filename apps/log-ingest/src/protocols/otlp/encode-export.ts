import { WireBuffer, type RecordLimits } from '#proto';
import type { RowFault } from '../records/record-batch.js';
import { AttributeWriter } from './attributes.js';
import { ExceptionEncoder } from './encode-exception.js';
import { LogEncoder } from './encode-log.js';
import { SpanEncoder } from './encode-span.js';
import { indexExport, type ExportIndex } from './export-index.js';
import { OriginReader, type Origin } from './origin.js';
import type { TimeGrain } from './record-fields.js';
import { TooDeepError } from './value-json.js';

export type Signal = 'logs' | 'traces';

/** A request that is being encoded, part by part. */
export interface OpenExport {
  readonly signal: Signal;
  /** Serialized ExportLogsServiceRequest or ExportTraceServiceRequest; not to be changed meanwhile. */
  readonly body: Buffer;
  readonly index: ExportIndex;
  /** The next record to be encoded. */
  next: number;
  /** Bytes of the parts so far. */
  written: number;
  origin: { readonly number: number; readonly value: Origin } | null;
}

/** Some records of a request. */
export interface ExportPart {
  /** Serialized `logs.LogBatch`. */
  readonly batch: Buffer;
  /** Of each of the batch's logs the record it came from; -1 for a span's exception. */
  readonly logRows: readonly number[];
  /** Of each of the batch's spans the record it came from. */
  readonly spanRows: readonly number[];
  readonly refusedCount: number;
  /** The first of the records that were refused. */
  readonly firstRefused: RowFault | null;
  /** Every record brings its own time, and some are finer than a second: the same bytes again are a retry. */
  readonly isRecognizable: boolean;
}

/** A part ends here: what a record shares with others is written with each, so a call may become much larger. */
const PART_BYTES = 4 * 1024 * 1024;
/** So many times a call's limit the parts may take together; what goes beyond is refused. */
const MOST_GROWTH = 8;
/** What a record may hold beside message and attributes. */
const OTHER_BYTES = 64 * 1024;
/** Fields of `logs.LogBatch`. */
const LOGS = 1;
const SPANS = 3;
const TAG_AND_LENGTH = 8;
const NOTHING = Buffer.alloc(0);

/**
 * Turns export requests into `logs.LogBatch` bytes. One encoder serves all requests of a process: each part is encoded
 * without a pause, and what is remembered between parts is in the OpenExport.
 */
export class ExportEncoder {
  private readonly out = new WireBuffer();
  private readonly attributes = new AttributeWriter();
  private readonly logs = new LogEncoder(this.attributes);
  private readonly spans = new SpanEncoder(this.attributes);
  private readonly exceptions = new ExceptionEncoder(this.attributes);
  private readonly origins: OriginReader;
  private readonly mostRecordBytes: number;

  constructor(private readonly limits: RecordLimits) {
    this.origins = new OriginReader(limits);
    this.mostRecordBytes = limits.messageBytes + limits.attributesBytes + OTHER_BYTES;
  }

  /** @throws RootspanError INVALID_ARGUMENT for bytes that are no such request; too large with too many records */
  open(signal: Signal, body: Buffer): OpenExport {
    return { signal, body, index: indexExport(body), next: 0, written: 0, origin: null };
  }

  /** The next part; null after the last. @throws RootspanError INVALID_ARGUMENT: no part that follows can be read either */
  next(request: OpenExport): ExportPart | null {
    const { index, body } = request;
    if (request.next >= index.records.length) return null;
    this.openParts(body);
    try {
      return this.encodePart(request);
    } finally {
      // The request is not to be kept alive by us.
      this.openParts(NOTHING);
      this.out.clear();
    }
  }

  private openParts(body: Buffer): void {
    for (const part of [this.attributes, this.logs, this.spans, this.exceptions, this.origins]) part.open(body);
  }

  private encodePart(request: OpenExport): ExportPart {
    const { out } = this;
    const part = new PartRows();
    for (; request.next < request.index.records.length && out.length < PART_BYTES; request.next++) {
      const before = out.length;
      const fault = this.encodeRecord(request, part);
      if (fault === null) continue;
      out.length = before;
      part.refuse({ row: request.next, ...fault });
    }
    request.written += out.length;
    return { batch: out.take(), ...part.rows() };
  }

  private encodeRecord(request: OpenExport, part: PartRows): Omit<RowFault, 'row'> | null {
    const { index, signal, next: row } = request;
    const { out, limits } = this;
    const { start, end } = index.records[row] ?? { start: 0, end: 0 };
    if (end - start > this.mostRecordBytes) {
      return { field: 'record', reason: `has ${end - start} bytes: at most ${this.mostRecordBytes} are taken` };
    }
    if (request.written + out.length > limits.callBytes * MOST_GROWTH) {
      return { field: 'resource', reason: 'makes the records too large, since each is stored with it: send smaller batches' };
    }
    const origin = this.originOf(request, row);
    if (origin.fault !== null) return origin.fault;
    try {
      return signal === 'logs' ? this.encodeLog(part, row, start, end, origin) : this.encodeSpan(part, row, start, end, origin);
    } catch (error) {
      if (!(error instanceof TooDeepError)) throw error;
      return { field: 'record', reason: 'holds values that are nested too deep: write less deep' };
    }
  }

  private encodeLog(part: PartRows, row: number, start: number, end: number, origin: Origin): null {
    const { out } = this;
    out.reserve(TAG_AND_LENGTH);
    const from = out.open(LOGS);
    const time = this.logs.encode(out, start, end, origin);
    out.close(from);
    part.addLog(row, time);
    return null;
  }

  private encodeSpan(part: PartRows, row: number, start: number, end: number, origin: Origin) {
    const { out } = this;
    out.reserve(TAG_AND_LENGTH);
    const from = out.open(SPANS);
    const span = this.spans.encode(out, start, end, origin);
    if (span.kind === 'refused') return { field: span.field, reason: span.reason };
    out.close(from);
    for (const exception of span.exceptions) {
      if (out.length - from > this.limits.callBytes) {
        return { field: 'events', reason: 'hold too many exceptions, since the resource is stored with each: record fewer' };
      }
      out.reserve(TAG_AND_LENGTH);
      const fromLog = out.open(LOGS);
      this.exceptions.encode(out, exception, origin);
      out.close(fromLog);
    }
    part.addSpan(row, span.time, span.exceptions.length);
    return null;
  }

  /** Records of one origin follow each other. */
  private originOf(request: OpenExport, row: number): Origin {
    const { index } = request;
    const number = index.originOf[row] ?? 0;
    if (request.origin?.number === number) return request.origin.value;
    const range = index.origins[number] ?? { resource: { start: 0, end: 0 }, scope: { start: 0, end: 0 } };
    const value = this.origins.read(range);
    request.origin = { number, value };
    return value;
  }
}

/** Which record each log and span of a part came from. */
class PartRows {
  private readonly logRows: number[] = [];
  private readonly spanRows: number[] = [];
  private refusedCount = 0;
  private firstRefused: RowFault | null = null;
  private withoutTime = 0;
  private fine = 0;

  addLog(row: number, time: TimeGrain): void {
    this.logRows.push(row);
    this.noteTime(time);
  }

  addSpan(row: number, time: TimeGrain, exceptions: number): void {
    this.spanRows.push(row);
    for (let i = 0; i < exceptions; i++) this.logRows.push(-1);
    this.noteTime(time);
  }

  refuse(fault: RowFault): void {
    this.refusedCount++;
    this.firstRefused ??= fault;
  }

  rows(): Omit<ExportPart, 'batch'> {
    const { logRows, spanRows, refusedCount, firstRefused, withoutTime, fine } = this;
    return { logRows, spanRows, refusedCount, firstRefused, isRecognizable: withoutTime === 0 && fine > 0 };
  }

  private noteTime(time: TimeGrain): void {
    if (time === 'none') this.withoutTime++;
    else if (time === 'finer') this.fine++;
  }
}
