import type { Random } from '../random.js';
import { COPY_HEADER, fieldStart, rowEndFrom } from './copy-format.js';
import type { TraceIdType } from './layout.js';

/** When the rows are said to have come: evenly, the first at `startMs` (milliseconds since 1970). */
export interface RowClock {
  readonly startMs: number;
  readonly rowsPerSecond: number;
}

/** Rows of a batch: they were received at the same moment. */
export const BATCH_ROWS = 1000;
/** Rows of a transaction: of ten calls of a thousand, as the processor stores them together under load. */
export const TRANSACTION_ROWS = 10_000;

const PG_EPOCH_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;
const SECOND_MICROS = 1_000_000;
/** Leading digits of a trace id that are written anew for each round: 32 bits. */
const FRESH_DIGITS = 8;
/** Where the lower half of the bus offset lies in a record id. */
const OFFSET_LOW = 8;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

interface RingTrace {
  /** 32 bits of the template's trace id that do not change, out of which those that do are made. */
  readonly seed: number;
  readonly rest: string;
  rows: number;
}

/**
 * An endless row of binary COPY rows that costs the sender next to nothing: rows that the product has stored once, in memory,
 * sent again and again. Before each use trace ids, times and record ids are written anew, in place.
 *
 * The leading 32 bits of a trace id are new and random for every trace of every round, as trace ids of real programs are: an
 * index must not find the traces of a round side by side.
 */
export class RowRing {
  /** Rows of a round. */
  readonly rows: number;
  private readonly starts: Int32Array;
  private readonly receipts: Int32Array;
  private readonly times: Int32Array;
  private readonly ids: Int32Array;
  private readonly traceIds: Int32Array;
  private readonly seeds: Int32Array;
  /** Microseconds of each row's time within its second. */
  private readonly micros: Int32Array;
  private readonly traces: RingTrace[] = [];

  /**
   * @param copy what COPY TO wrote in binary format, header and trailer included; changed from now on
   * @param columns names of its columns in their order: received_at, time, id and trace_id must be among them
   * @throws Error where a column or a trace id is missing, or the rows make no whole transactions
   */
  constructor(
    private readonly copy: Buffer,
    columns: readonly string[],
    private readonly traceIdType: TraceIdType,
    private readonly clock: RowClock,
  ) {
    const starts: number[] = [];
    let at = COPY_HEADER.length;
    for (let end = rowEndFrom(copy, at); end !== null; end = rowEndFrom(copy, at)) {
      starts.push(at);
      at = end;
    }
    this.rows = starts.length;
    if (this.rows === 0 || this.rows % TRANSACTION_ROWS !== 0) throw new Error(`${this.rows} rows make no whole transactions`);
    this.starts = Int32Array.from([...starts, at]);
    const fields = (column: string): Int32Array => {
      const index = columns.indexOf(column);
      if (index < 0) throw new Error(`the rows have no column ${column}`);
      return Int32Array.from(starts, (start) => fieldStart(copy, start, index));
    };
    this.receipts = fields('received_at');
    this.times = fields('time');
    this.ids = fields('id');
    this.traceIds = fields('trace_id');
    this.micros = this.times.map((time) => Number(copy.readBigInt64BE(time) % BigInt(SECOND_MICROS)));
    this.seeds = this.readTraces();
  }

  /**
   * The rows of transaction `number`, counted from 0, without header and trailer. They stay as they are until the ring comes
   * round to them again.
   */
  transaction(number: number): Buffer {
    const first = (number * TRANSACTION_ROWS) % this.rows;
    for (let i = 0; i < TRANSACTION_ROWS; i++) this.renew(first + i, number * TRANSACTION_ROWS + i);
    return this.copy.subarray(this.starts[first], this.starts[first + TRANSACTION_ROWS]);
  }

  /** Milliseconds at which row `row`, counted over all transactions from 0, was received. */
  receivedAtMs(row: number): number {
    return this.clock.startMs + (Math.floor(row / BATCH_ROWS) * BATCH_ROWS * 1000) / this.clock.rowsPerSecond;
  }

  /** A random trace of the first `rounds` rounds, with the number of its rows. */
  anyTrace(random: Random, rounds: number): { readonly traceId: string; readonly rows: number } {
    const { seed, rest, rows } = random.pick(this.traces);
    return { traceId: freshBits(seed, random.below(rounds)).toString(16).padStart(FRESH_DIGITS, '0') + rest, rows };
  }

  private readTraces(): Int32Array {
    const known = new Map<string, RingTrace>();
    return this.traceIds.map((at) => {
      const bytes = this.copy.subarray(at, at + Math.max(0, this.copy.readInt32BE(at - 4)));
      const text = bytes.toString(this.traceIdType === 'uuid' ? 'hex' : 'latin1');
      if (!/^[0-9a-f]{32}$/.test(text)) throw new Error(`the trace id ${text} is not 32 hex digits`);
      const rest = text.slice(FRESH_DIGITS);
      const trace = known.get(rest) ?? { seed: Number.parseInt(rest.slice(0, FRESH_DIGITS), 16) | 0, rest, rows: 0 };
      if (trace.rows++ === 0) {
        known.set(rest, trace);
        this.traces.push(trace);
      }
      return trace.seed;
    });
  }

  private renew(slot: number, row: number): void {
    const { copy } = this;
    const receivedAt = Math.round((this.receivedAtMs(row) - PG_EPOCH_MS) * 1000);
    putMicros(copy, this.receipts[slot] ?? 0, receivedAt);
    // A record is logged within the second before it is received.
    putMicros(copy, this.times[slot] ?? 0, receivedAt - SECOND_MICROS + (this.micros[slot] ?? 0));
    putInt32(copy, (this.ids[slot] ?? 0) + OFFSET_LOW, Math.floor(row / BATCH_ROWS));
    const fresh = freshBits(this.seeds[slot] ?? 0, Math.floor(row / this.rows));
    const traceId = this.traceIds[slot] ?? 0;
    if (this.traceIdType === 'uuid') putInt32(copy, traceId, fresh);
    else for (let i = 0; i < FRESH_DIGITS; i++) copy[traceId + i] = HEX[(fresh >>> (28 - i * 4)) & 15] ?? 0;
  }
}

/** fmix32 of MurmurHash3 (Austin Appleby, public domain): another seed or another round gives other bits. */
function freshBits(seed: number, round: number): number {
  let bits = (seed + Math.imul(round, 0x9e3779b9)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** timestamptz: microseconds since 2000, which a double holds exactly. */
function putMicros(bytes: Buffer, at: number, micros: number): void {
  const high = Math.floor(micros / TWO_32);
  putInt32(bytes, at, high);
  putInt32(bytes, at + 4, micros - high * TWO_32);
}

function putInt32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
