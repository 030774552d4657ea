import fc from 'fast-check';
import { seededRandom } from '../random.js';
import { COPY_HEADER, COPY_TRAILER, fieldStart, rowEndFrom } from './copy-format.js';
import type { TraceIdType } from './layout.js';
import { BATCH_ROWS, RowRing, TRANSACTION_ROWS, type RowClock } from './row-ring.js';

const COLUMNS = ['received_at', 'parent_id', 'time', 'id', 'message', 'trace_id'];
const ROUND = 2 * TRANSACTION_ROWS;
const ROWS_OF_A_TRACE = 10;
const PG_EPOCH_MS = Date.UTC(2000, 0, 1);
const CLOCK: RowClock = { startMs: Date.UTC(2026, 0, 1), rowsPerSecond: 20_000 };

/** As COPY TO writes them: one field is null, the time has `micros` within its second. */
function copyOf(traceIdType: TraceIdType, micros = 250_000): Buffer {
  const random = seededRandom(3);
  const time = Buffer.alloc(8);
  time.writeBigInt64BE(5_000_000n + BigInt(micros));
  const rows: Buffer[] = [];
  let traceId = '';
  for (let i = 0; i < ROUND; i++) {
    if (i % ROWS_OF_A_TRACE === 0) traceId = `00000000${random.hex(24)}`;
    const id = Buffer.alloc(16);
    id.writeUInt32BE(i % BATCH_ROWS, 12);
    const trace = Buffer.from(traceId, traceIdType === 'uuid' ? 'hex' : 'latin1');
    rows.push(rowOf([Buffer.alloc(8), null, time, id, Buffer.from(`message ${i}`), trace]));
  }
  return Buffer.concat([COPY_HEADER, ...rows, COPY_TRAILER]);
}

function rowOf(fields: readonly (Buffer | null)[]): Buffer {
  const parts = fields.map((field) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(field?.length ?? -1);
    return Buffer.concat([length, field ?? Buffer.alloc(0)]);
  });
  return Buffer.concat([Buffer.from([0, fields.length]), ...parts]);
}

interface Row {
  readonly receivedAt: bigint;
  readonly time: bigint;
  readonly id: string;
  readonly traceId: string;
  readonly message: string;
}

function rowsOf(bytes: Buffer, traceIdType: TraceIdType = 'text'): Row[] {
  const rows: Row[] = [];
  const all = Buffer.concat([bytes, COPY_TRAILER]);
  const field = (start: number, column: string): Buffer => {
    const at = fieldStart(all, start, COLUMNS.indexOf(column));
    return all.subarray(at, at + all.readInt32BE(at - 4));
  };
  for (let at = 0, end = rowEndFrom(all, 0); end !== null; at = end, end = rowEndFrom(all, at)) {
    rows.push({
      receivedAt: field(at, 'received_at').readBigInt64BE(),
      time: field(at, 'time').readBigInt64BE(),
      id: field(at, 'id').toString('hex'),
      traceId: field(at, 'trace_id').toString(traceIdType === 'uuid' ? 'hex' : 'latin1'),
      message: field(at, 'message').toString(),
    });
  }
  return rows;
}

describe('the ring of rows', () => {
  it.each(['text', 'uuid'] as const)('gives every trace of every round an id of its own, as %s, and knows its rows', (type) => {
    const ring = new RowRing(copyOf(type), COLUMNS, type, CLOCK);
    const rounds = 3;
    const counts = new Map<string, number>();
    for (let number = 0; number < (rounds * ROUND) / TRANSACTION_ROWS; number++) {
      const rows = rowsOf(ring.transaction(number), type);
      expect(rows.length).toBe(TRANSACTION_ROWS);
      for (const { traceId } of rows) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
    }
    expect(counts.size).toBe((rounds * ROUND) / ROWS_OF_A_TRACE);
    const random = seededRandom(9);
    for (let i = 0; i < 1_000; i++) {
      const { traceId, rows } = ring.anyTrace(random, rounds);
      expect(counts.get(traceId)).toBe(rows);
    }
  });

  it('spreads the ids of one round over all their range', () => {
    const ring = new RowRing(copyOf('text'), COLUMNS, 'text', CLOCK);
    const firstDigits = new Set(rowsOf(ring.transaction(5)).map(({ traceId }) => traceId.slice(0, 2)));
    expect(firstDigits.size).toBeGreaterThan(200);
  });

  it('never gives a record id twice, and leaves the other columns as they were', () => {
    const ring = new RowRing(copyOf('text'), COLUMNS, 'text', CLOCK);
    const rows = [0, 1, 2, 3].flatMap((number) => rowsOf(ring.transaction(number)));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(rows.map(({ message }) => message)).toEqual(rows.map((_, i) => `message ${i % ROUND}`));
  });

  it('moves the time on evenly, a record within the second before its receipt', () => {
    const clocks = fc.record({
      startMs: fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2090, 0, 1) }),
      rowsPerSecond: fc.constantFrom(1_000, 20_000, 150_000),
    });
    const check = (clock: RowClock, micros: number): void => {
      const ring = new RowRing(copyOf('text', micros), COLUMNS, 'text', clock);
      const [row] = rowsOf(ring.transaction(7));
      const first = 7 * TRANSACTION_ROWS;
      const receivedAt = Math.round((clock.startMs - PG_EPOCH_MS + (first * 1_000) / clock.rowsPerSecond) * 1_000);
      expect(row?.receivedAt).toBe(BigInt(receivedAt));
      expect(row?.time).toBe(BigInt(receivedAt - 1_000_000 + micros));
      expect(ring.receivedAtMs(first)).toBeCloseTo(clock.startMs + (first * 1_000) / clock.rowsPerSecond, 3);
    };
    fc.assert(fc.property(clocks, fc.integer({ min: 0, max: 999_999 }), check), { numRuns: 10 });
  });

  it('refuses rows whose trace ids it could not write anew', () => {
    const columns = COLUMNS.map((name) => (name === 'message' ? 'trace_id' : name === 'trace_id' ? 'message' : name));
    expect(() => new RowRing(copyOf('text'), columns, 'text', CLOCK)).toThrow('is not 32 hex digits');
  });
});
