import type { Instant } from '#domain';
import type { ServiceMapRequest } from '../api/service-map.js';
import { TestPartition, freshName, storeGood } from '../conformance/batches.js';
import { startPostgresUnderTest, type PostgresUnderTest } from '../conformance/postgres-under-test.js';
import { PostgresLogWriter } from './postgres-log-writer.js';
import { PostgresServiceMap, type ServiceMapBounds } from './postgres-service-map.js';

const ERROR = 3;
const at = (seconds: number): Instant => ({ seconds: 1_750_000_000 + seconds, nanos: 0 });
const text = (seconds: number): string => new Date(at(seconds).seconds * 1000).toISOString();

let postgres: PostgresUnderTest;
let writer: PostgresLogWriter;
beforeAll(async () => {
  postgres = await startPostgresUnderTest('log-ingestion');
  writer = new PostgresLogWriter(postgres.database);
}, 60_000);
afterAll(async () => postgres.close(), 60_000);

/** A trace of gateway -> orders -> payments, whose payment fails in every third one. */
function trace(n: number, second: number) {
  const span = (service: string, spanId: string, parentId: string, more: object = {}) => {
    return { traceId: `trace-${n}`, spanId, parentId, service, timestamp: text(second), ...more };
  };
  return [
    span('payments', 'c', 'b', n % 3 === 0 ? { level: ERROR } : {}),
    span('gateway', 'a', ''),
    span('orders', 'b', 'a'),
    span('orders', 'b', '', { message: 'later' }),
    span('orders', 'b2', 'b'),
  ];
}

async function stored(traces: number, second = 100): Promise<string> {
  const partition = new TestPartition(freshName('map'));
  const logs = Array.from({ length: traces }, (_, n) => trace(n, second)).flat();
  for (let i = 0; i < logs.length; i += 5_000) await storeGood(writer, partition.batchOf(...logs.slice(i, i + 5_000)));
  return partition.tenant;
}

/** Traces of gateway -> orders that sent spans and no logs. */
async function storedSpans(traces: number): Promise<string> {
  const partition = new TestPartition(freshName('map'));
  const startTimestamp = text(100);
  const spans = Array.from({ length: traces }, (_, n) => [
    { traceId: `trace-${n}`, spanId: 'a', service: 'gateway', startTimestamp },
    { traceId: `trace-${n}`, spanId: 'b', parentId: 'a', service: 'orders', startTimestamp },
  ]).flat();
  for (let i = 0; i < spans.length; i += 5_000) await storeGood(writer, partition.batch({ spans: spans.slice(i, i + 5_000) }));
  return partition.tenant;
}

describe('the service map', () => {
  const read = (request: ServiceMapRequest, bounds?: ServiceMapBounds) =>
    new PostgresServiceMap(postgres.database, bounds).read(request);

  it('counts calls between services and those that failed, not the calls within a service', async () => {
    const tenant = await stored(9);
    expect(await read({ tenant, from: at(0), to: at(200) })).toEqual({
      services: [
        { service: 'gateway', spans: 9, failures: 0 },
        { service: 'orders', spans: 18, failures: 0 },
        { service: 'payments', spans: 9, failures: 3 },
      ],
      calls: [
        { source: 'gateway', target: 'orders', calls: 9, failures: 0 },
        { source: 'orders', target: 'payments', calls: 9, failures: 3 },
      ],
      share: 1,
    });
  });

  it('counts a span where it begins, and finds its parent just outside of the range', async () => {
    const partition = new TestPartition(freshName('map'));
    const logs = [
      { traceId: 't', spanId: 'a', service: 'gateway', timestamp: text(0) },
      { traceId: 't', spanId: 'b', parentId: 'a', service: 'orders', timestamp: text(60) },
      { traceId: 't', spanId: 'b', service: 'orders', timestamp: text(120), level: ERROR },
    ];
    await storeGood(writer, partition.batchOf(...logs));
    const { tenant } = partition;
    const calls = [{ source: 'gateway', target: 'orders', calls: 1, failures: 1 }];
    expect(await read({ tenant, from: at(30), to: at(90) })).toMatchObject({ calls });
    expect(await read({ tenant, from: at(90), to: at(200) })).toEqual({ services: [], calls: [], share: 1 });
  });

  it('counts spans that were sent themselves, and each once where it has logs too', async () => {
    const partition = new TestPartition(freshName('map'));
    const span = (service: string, spanId: string, parentId: string, status = 0) => {
      return { traceId: 't', spanId, parentId, service, status, startTimestamp: text(10), endTimestamp: text(20) };
    };
    const spans = [span('gateway', 'a', ''), span('gateway', 'call', 'a'), span('orders', 'b', 'call', 2)];
    const logs = [
      { traceId: 't', spanId: 'b', service: 'orders', timestamp: text(15) },
      { traceId: 't', spanId: 'c', parentId: 'b', service: 'stock', timestamp: text(16), level: ERROR },
    ];
    await storeGood(writer, partition.batch({ logs, spans }, { spans: [{ ...span('alone', 'x', ''), traceId: 'u' }] }));
    expect(await read({ tenant: partition.tenant, from: at(0), to: at(200) })).toEqual({
      services: [
        { service: 'alone', spans: 1, failures: 0 },
        { service: 'gateway', spans: 2, failures: 0 },
        { service: 'orders', spans: 1, failures: 1 },
        { service: 'stock', spans: 1, failures: 1 },
      ],
      calls: [
        { source: 'gateway', target: 'orders', calls: 1, failures: 1 },
        { source: 'orders', target: 'stock', calls: 1, failures: 1 },
      ],
      share: 1,
    });
  });

  it('keeps tenants apart and leaves records without trace or span out', async () => {
    const partition = new TestPartition(freshName('map'));
    await storeGood(writer, partition.batchOf({ timestamp: text(1) }, { timestamp: text(1), traceId: 'trace-0' }));
    expect(await read({ tenant: partition.tenant, from: at(0), to: at(9) })).toMatchObject({ services: [] });
  });

  it('estimates from a sample where the range holds more than is counted, and says its share', async () => {
    const tenant = await stored(3_000);
    await postgres.database.query({ text: 'ANALYZE logs' });
    const map = await read({ tenant, from: at(0), to: at(200) }, { countedRows: 1_000, sampledRows: 8_000 });
    expect(map.share).toBeGreaterThan(0.1);
    expect(map.share).toBeLessThan(1);
    expect(map.calls.map(({ source, target }) => `${source} > ${target}`)).toEqual(['gateway > orders', 'orders > payments']);
    for (const { calls } of map.calls) {
      expect(calls).toBeGreaterThan(1_500);
      expect(calls).toBeLessThan(6_000);
    }
  });

  it('estimates from a sample of spans as well', async () => {
    const tenant = await storedSpans(6_000);
    await postgres.database.query({ text: 'ANALYZE logs, spans' });
    const map = await read({ tenant, from: at(0), to: at(200) }, { countedRows: 1_000, sampledRows: 6_000 });
    expect(map.share).toBeLessThan(1);
    expect(map.calls.map(({ source, target }) => `${source} > ${target}`)).toEqual(['gateway > orders']);
    expect(map.calls[0]?.calls).toBeGreaterThan(3_000);
    expect(map.calls[0]?.calls).toBeLessThan(12_000);
  });
});
