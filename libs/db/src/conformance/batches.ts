import { randomUUID } from 'node:crypto';
import type { BusSource, DeadLetter, FetchedBatch, PositionedSlice, RetryKey } from '#domain';
import { Log, LogBatch, Span } from '#proto';
import type { LogWriter, StoreOutcome } from '../api/log-writer.js';

/** What a test says of a slice; the rest has defaults. */
export interface SliceOf {
  readonly logs?: readonly Partial<Log>[];
  readonly spans?: readonly Partial<Span>[];
  /** In place of `logs` and `spans`: the bytes of the message. */
  readonly value?: Buffer;
  readonly tenant?: string;
  /** Milliseconds since 1970; now where it is not said. */
  readonly receivedAt?: number;
  readonly retryKey?: RetryKey;
}

const EMPTY_LOG = Log.decode(new Uint8Array(0));
const EMPTY_SPAN = Span.decode(new Uint8Array(0));

/** A serialized `logs.LogBatch`; the service is `shop` where none is said, a span's trace `t` and its id `s`. */
export function valueOf(logs: readonly Partial<Log>[], spans: readonly Partial<Span>[] = []): Buffer {
  const all = logs.map((log) => ({ ...EMPTY_LOG, service: 'shop', ...log }));
  return Buffer.from(LogBatch.encode({ logs: all, spans: spans.map(spanOf), batchId: '' }).finish());
}

function spanOf(span: Partial<Span>): Span {
  return { ...EMPTY_SPAN, traceId: 't', spanId: 's', service: 'shop', ...span };
}

/** A serialized `logs.LogBatch` of records or spans given as bytes. */
export function valueOfBytes(records: readonly Buffer[], field: 'logs' | 'spans' = 'logs'): Buffer {
  const parts = records.map((bytes) => {
    const header = [field === 'logs' ? 0x0a : 0x1a];
    let rest = bytes.length;
    for (; rest >= 0x80; rest >>>= 7) header.push((rest & 0x7f) | 0x80);
    return Buffer.concat([Buffer.from([...header, rest]), bytes]);
  });
  return Buffer.concat(parts);
}

/** A serialized `logs.Span`. */
export function bytesOfSpan(span: Partial<Span>): Buffer {
  return Buffer.from(Span.encode(spanOf(span)).finish());
}

/** A serialized `logs.Log`. */
export function bytesOf(log: Partial<Log>): Buffer {
  return Buffer.from(Log.encode({ ...EMPTY_LOG, service: 'shop', ...log }).finish());
}

/** A name that no other test has: suites share one store and keep apart by tenant and topic. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 13)}`;
}

/** One partition of a topic of its own, whose batches follow one another. */
export class TestPartition {
  readonly source: BusSource;
  next = 0n;

  constructor(
    readonly tenant = freshName('tenant'),
    readonly partition = 0,
    source: Partial<BusSource> = {},
  ) {
    this.source = { clusterId: 'test', topic: freshName('topic'), topicId: 'id-1', ...source };
  }

  /** The batch that follows the last one, a message a slice. */
  batch(...slices: readonly SliceOf[]): FetchedBatch {
    const from = this.next;
    this.next += BigInt(slices.length);
    return { source: this.source, partition: this.partition, from, next: this.next, slices: this.positioned(slices, from) };
  }

  /** The batch that follows the last one, of one message with these records. */
  batchOf(...logs: readonly Partial<Log>[]): FetchedBatch {
    return this.batch({ logs });
  }

  private positioned(slices: readonly SliceOf[], from: bigint): PositionedSlice[] {
    return slices.map(({ logs = [], spans = [], value, tenant = this.tenant, receivedAt = Date.now(), retryKey }, i) => ({
      tenant,
      value: value ?? valueOf(logs, spans),
      receivedAt,
      offset: from + BigInt(i),
      ...(retryKey && { retryKey }),
    }));
  }
}

/** Stores a batch of which every record can be stored. */
export async function storeGood(writer: LogWriter, batch: FetchedBatch): Promise<StoreOutcome> {
  return writer.store(batch, async (letters) => {
    throw new Error(`unexpectedly unstorable: ${letters.map(({ reason }) => reason).join('; ')}`);
  });
}

/** Stores a batch and gives what could not be stored, in the order of offset and index. */
export async function storeSome(
  writer: LogWriter,
  batch: FetchedBatch,
): Promise<{ readonly outcome: StoreOutcome; readonly letters: readonly DeadLetter[] }> {
  const letters: DeadLetter[] = [];
  const outcome = await writer.store(batch, async (some) => void letters.push(...some));
  letters.sort((a, b) => Number(a.offset - b.offset) || a.index - b.index);
  return { outcome, letters };
}
