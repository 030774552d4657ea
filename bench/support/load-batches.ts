import { LogBatch, type Log } from '#proto';
import { seededRandom, type Random } from './random.js';
import { traceRecords } from './traces.js';

export interface LoadShape {
  readonly seed: number;
  /** Records of a batch. */
  readonly batchSize: number;
  /** How many traces are under way at the same time: their records come mixed, as a collector of many services sends them. */
  readonly interleave: number;
  /** Records that are encoded ahead and sent again and again, each time as new traces. */
  readonly templateRecords: number;
  /** Share of the traces that fail. */
  readonly failedShare: number;
  /** Whether each call has a key of its own (batch_id, or a record's id), so that it may be sent again. */
  readonly keyed: boolean;
}

/** 100 batches of 1,000: about 30 MB. */
export const DEFAULT_SHAPE: LoadShape = {
  seed: 1,
  batchSize: 1000,
  interleave: 8,
  templateRecords: 100_000,
  failedShare: 0.02,
  keyed: false,
};

/** Where the parts of a batch are that differ from round to round. */
interface Template {
  readonly bytes: Buffer;
  /** Where each record's tag is; one more entry for the end. */
  readonly starts: Int32Array;
  readonly traceIds: Int32Array;
  readonly timestamps: Int32Array;
}

interface TemplateTrace {
  readonly suffix: string;
  records: number;
}

const PLACEHOLDER = '1999-12-31T23:59:58.000000Z';
const SECONDS = Buffer.from(PLACEHOLDER.slice(0, 19));
/** Tags of `batch_id` in a LogBatch, and of `id` in a Log, which is the key of a single record. */
const BATCH_KEY = (2 << 3) | 2;
const RECORD_KEY = (9 << 3) | 2;
/** Leading digits of a trace id, which name the round. */
const ROUND_DIGITS = 8;

/**
 * An endless, seeded row of encoded batches that costs the sender next to nothing: a set of templates is encoded once; each
 * round through it copies the bytes and writes other trace ids and the present time into them.
 */
export class LoadBatches {
  private readonly templates: Template[] = [];
  private readonly traces: TemplateTrace[] = [];

  constructor(private readonly shape: LoadShape) {
    const random = seededRandom(shape.seed);
    const records = this.interleaved(random);
    const count = Math.max(1, Math.floor(shape.templateRecords / shape.batchSize));
    for (let i = 0; i < count; i++) {
      const logs = Array.from({ length: shape.batchSize }, () => records.next().value);
      this.templates.push(templateOf(logs));
    }
  }

  get hasRetryKeys(): boolean {
    return this.shape.keyed;
  }

  /** Mean bytes of a record on the wire. */
  get recordBytes(): number {
    const bytes = this.templates.reduce((sum, template) => sum + template.bytes.length, 0);
    return bytes / (this.templates.length * this.shape.batchSize);
  }

  /** Batch `number`, counted from 0: a serialized `logs.LogBatch` of the caller's own. */
  batch(number: number, nowMs = Date.now()): Buffer {
    const template = this.template(number);
    const bytes = this.withKey(template.bytes, BATCH_KEY, number);
    const round = this.roundPrefix(number);
    const seconds = secondsText(nowMs);
    for (let i = 0; i < this.shape.batchSize; i++) {
      put(bytes, template.traceIds[i] ?? 0, round);
      put(bytes, template.timestamps[i] ?? 0, seconds);
    }
    return bytes;
  }

  /** Record `number`, counted over all batches from 0: a serialized `logs.Log` of the caller's own. */
  record(number: number, nowMs = Date.now()): Buffer {
    const batch = Math.floor(number / this.shape.batchSize);
    const index = number % this.shape.batchSize;
    const template = this.template(batch);
    const start = template.starts[index] ?? 0;
    const header = recordHeaderLength(template.bytes, start);
    const bytes = this.withKey(template.bytes.subarray(start + header, template.starts[index + 1]), RECORD_KEY, number);
    const base = start + header;
    put(bytes, (template.traceIds[index] ?? 0) - base, this.roundPrefix(batch));
    put(bytes, (template.timestamps[index] ?? 0) - base, secondsText(nowMs));
    return bytes;
  }

  /** A random trace of the whole rounds that `batches` batches make, with the number of its records. */
  anyTrace(random: Random, batches: number): { readonly traceId: string; readonly records: number } {
    const rounds = Math.floor(batches / this.templates.length);
    if (rounds === 0) throw new RangeError(`fewer than ${this.templates.length} batches make no whole round`);
    const trace = random.pick(this.traces);
    return { traceId: hexOf(random.below(rounds)) + trace.suffix, records: trace.records };
  }

  /** A copy, with the key of call `number` behind it where calls have one. */
  private withKey(bytes: Buffer, tag: number, number: number): Buffer {
    if (!this.shape.keyed) return Buffer.from(bytes);
    const key = Buffer.from(`${this.shape.seed}-${number}`);
    return Buffer.concat([bytes, Buffer.from([tag, key.length]), key]);
  }

  private template(batch: number): Template {
    return this.templates[batch % this.templates.length] as Template;
  }

  private roundPrefix(batch: number): Buffer {
    return Buffer.from(hexOf(Math.floor(batch / this.templates.length)));
  }

  private *interleaved(random: Random): Generator<Log, never> {
    const open: { readonly logs: Log[]; readonly trace: TemplateTrace }[] = [];
    for (;;) {
      while (open.length < this.shape.interleave) {
        const trace = { suffix: random.hex(32 - ROUND_DIGITS), records: 0 };
        open.push({ logs: traceRecords(random, hexOf(0) + trace.suffix, PLACEHOLDER, this.shape.failedShare), trace });
      }
      const slot = random.below(open.length);
      const { logs, trace } = open[slot] as (typeof open)[number];
      const log = logs.shift();
      if (log === undefined) open.splice(slot, 1);
      else {
        if (trace.records++ === 0) this.traces.push(trace);
        yield log;
      }
    }
  }
}

function templateOf(logs: readonly Log[]): Template {
  const bytes = Buffer.from(LogBatch.encode({ logs: [...logs], spans: [], batchId: '' }).finish());
  const starts = new Int32Array(logs.length + 1);
  const traceIds = new Int32Array(logs.length);
  const timestamps = new Int32Array(logs.length);
  let at = 0;
  logs.forEach((log, i) => {
    starts[i] = at;
    traceIds[i] = bytes.indexOf(log.traceId, at, 'latin1');
    timestamps[i] = bytes.indexOf(SECONDS, at);
    at = recordEnd(bytes, at);
  });
  starts[logs.length] = at;
  return { bytes, starts, traceIds, timestamps };
}

/** Bytes of tag and length before a record. */
function recordHeaderLength(bytes: Buffer, start: number): number {
  let at = start + 1;
  while ((bytes[at] ?? 0) >= 0x80) at++;
  return at + 1 - start;
}

function recordEnd(bytes: Buffer, start: number): number {
  const header = recordHeaderLength(bytes, start);
  let length = 0;
  for (let i = header - 1; i >= 1; i--) length = length * 128 + ((bytes[start + i] ?? 0) & 0x7f);
  return start + header + length;
}

function secondsText(ms: number): Buffer {
  return Buffer.from(new Date(ms).toISOString().slice(0, 19));
}

function hexOf(round: number): string {
  return round.toString(16).padStart(ROUND_DIGITS, '0');
}

/** A loop: for so few bytes a call of `copy` costs more. */
function put(bytes: Buffer, at: number, text: Buffer): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text[i] ?? 0;
}
