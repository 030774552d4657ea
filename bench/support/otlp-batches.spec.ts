import { ExportLogsServiceRequest, LogBatch } from '#proto';
import { LoadBatches, type LoadShape } from './load-batches.js';
import { OtlpBatches } from './otlp-batches.js';

const SHAPE: LoadShape = { seed: 7, batchSize: 100, interleave: 8, templateRecords: 500, keyed: false, failedShare: 0.02 };
const BATCHES_A_ROUND = 5;
const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);

const recordsOf = (bytes: Buffer) =>
  ExportLogsServiceRequest.decode(bytes).resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords.map((record) => ({ ...record, traceId: record.traceId.toString('hex') }))),
  );

describe('the load by OTLP', () => {
  const otlp = new OtlpBatches(SHAPE);
  const native = new LoadBatches(SHAPE);

  it('is that of the other modes', () => {
    const records = recordsOf(otlp.batch(3, NOW));
    const { logs } = LogBatch.decode(native.batch(3, NOW));
    const told = records.map(({ body, traceId }) => `${traceId} ${String(body?.value?.value)}`).sort();
    expect(told).toEqual(logs.map(({ traceId, message }) => `${traceId} ${message}`).sort());
  });

  it('has other traces in the next round, and the present time', () => {
    const first = recordsOf(otlp.batch(0, NOW));
    const next = recordsOf(otlp.batch(BATCHES_A_ROUND, NOW + 60_000));
    const ids = new Set(first.map(({ traceId }) => traceId));
    expect(next.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(next.filter(({ traceId }) => ids.has(traceId))).toEqual([]);
    expect(new Set(next.map(({ timeUnixNano }) => Math.floor(Number(timeUnixNano) / 1e9)))).toEqual(new Set([NOW / 1000 + 60]));
  });
});
