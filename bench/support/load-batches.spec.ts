import { DEFAULT_RECORD_LIMITS, Log, LogBatch, LogLevel, sliceBatch } from '#proto';
import { LoadBatches, type LoadShape } from './load-batches.js';
import { seededRandom } from './random.js';

const SHAPE: LoadShape = { seed: 7, batchSize: 500, interleave: 8, templateRecords: 5_000, failedShare: 0.02, keyed: false };
const BATCHES_A_ROUND = 10;
const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);

function logsOf(bytes: Buffer): Log[] {
  return LogBatch.decode(bytes).logs;
}

describe('the load', () => {
  const batches = new LoadBatches(SHAPE);
  const round = Array.from({ length: BATCHES_A_ROUND }, (_, i) => logsOf(batches.batch(i, NOW))).flat();

  it('is taken whole by the ingest service', () => {
    const limits = DEFAULT_RECORD_LIMITS;
    const sliced = sliceBatch(batches.batch(3), { partitions: 4, limits, requireTrace: true, sliceBytes: 1 << 20 });
    expect(sliced).toMatchObject({ kind: 'sliced', accepted: 500, rejected: [] });
  });

  it('is the same for the same seed', () => {
    expect(new LoadBatches(SHAPE).batch(12, NOW).equals(batches.batch(12, NOW))).toBe(true);
    expect(new LoadBatches({ ...SHAPE, seed: 8 }).batch(12, NOW).equals(batches.batch(12, NOW))).toBe(false);
  });

  it('has records of 250 to 300 bytes, in traces of 8 to 21 logs over 5 spans', () => {
    expect(batches.recordBytes).toBeGreaterThan(250);
    expect(batches.recordBytes).toBeLessThan(300);
    const traces = new Map<string, Log[]>();
    for (const log of round) traces.set(log.traceId, [...(traces.get(log.traceId) ?? []), log]);
    // The last traces of a round are cut off.
    const whole = [...traces.values()].slice(0, -SHAPE.interleave * 2);
    for (const logs of whole) {
      expect(logs.length).toBeGreaterThanOrEqual(8);
      expect(logs.length).toBeLessThanOrEqual(21);
      expect(new Set(logs.map(({ spanId }) => spanId)).size).toBe(5);
    }
    const failed = whole.filter((logs) => logs.some(({ level }) => level === LogLevel.ERROR));
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(whole.length * 0.06);
  });

  it('sends other traces in the next round, and the present time', () => {
    const next = logsOf(batches.batch(BATCHES_A_ROUND, NOW + 60_000));
    expect(next.map(({ message }) => message)).toEqual(round.slice(0, 500).map(({ message }) => message));
    const ids = new Set(round.map(({ traceId }) => traceId));
    expect(next.filter(({ traceId }) => ids.has(traceId))).toEqual([]);
    expect(new Set(next.map(({ timestamp }) => timestamp.slice(0, 19)))).toEqual(new Set(['2026-03-04T05:07:07']));
  });

  it('gives the records of its batches one by one', () => {
    const numbers = [0, 1, 499, 500, 4_999, 5_000, 7_321];
    for (const number of numbers) {
      const expected = logsOf(batches.batch(Math.floor(number / 500), NOW))[number % 500];
      expect(Log.decode(batches.record(number, NOW))).toEqual(expected);
    }
  });

  it('gives each call a key where it is asked for', () => {
    const keyed = new LoadBatches({ ...SHAPE, keyed: true });
    const [first, second] = [0, 1].map((number) => LogBatch.decode(keyed.batch(number, NOW)));
    expect(first).toEqual({ ...LogBatch.decode(batches.batch(0, NOW)), batchId: '7-0' });
    expect(second?.batchId).toBe('7-1');
    expect(Log.decode(keyed.record(3, NOW))).toEqual({ ...Log.decode(batches.record(3, NOW)), id: '7-3' });
  });

  it('knows how many records a trace has', () => {
    const random = seededRandom(1);
    const all = [...round, ...Array.from({ length: BATCHES_A_ROUND }, (_, i) => logsOf(batches.batch(10 + i, NOW))).flat()];
    for (let i = 0; i < 50; i++) {
      const { traceId, records } = batches.anyTrace(random, 2 * BATCHES_A_ROUND);
      expect(all.filter((log) => log.traceId === traceId)).toHaveLength(records);
    }
  });
});
