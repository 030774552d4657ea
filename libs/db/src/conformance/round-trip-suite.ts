import fc from 'fast-check';
import { FIRST_SECOND, LAST_SECOND, formatInstant, instantOfEpochMillis, severityOfLevel, levelByWireNumber } from '#domain';
import type { Log } from '#proto';
import { TestPartition, bytesOf, storeGood, valueOfBytes } from './batches.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { inBusOrder, readNewest, readTrace } from './read-all.js';

const text = fc.string({ unit: 'binary', maxLength: 20 }).map((some) => some.replaceAll('\0', ''));
const key = text.filter((some) => some !== '__proto__');
const json = fc
  .dictionary(key, fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }), { maxKeys: 4, noNullPrototype: true })
  .map((object) => JSON.stringify(object))
  .filter((some) => !some.includes('\\u0000') && !some.includes('"__proto__":'));
const instant = fc.record({
  seconds: fc.oneof(fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }), fc.constantFrom(FIRST_SECOND, LAST_SECOND, 0, -1)),
  nanos: fc.oneof(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 1, 999, 1000, 999_999_999)),
});
/** Dense in what JSON has to escape. */
const telling = fc.oneof(
  text,
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\t', '\u0001', '\u001f', '\u007f', 'a', 'ä', '😀') }),
);

const arbitraryLog = fc.record({
  traceId: text,
  parentId: text,
  spanId: text,
  service: text.filter((some) => some !== ''),
  message: telling,
  level: fc.nat({ max: 5 }),
  time: fc.option(instant, { nil: undefined }),
  attributes: fc.dictionary(key, telling, { maxKeys: 4, noNullPrototype: true }),
  attributesJson: fc.oneof(fc.constant(''), json),
  resourceJson: fc.oneof(fc.constant(''), json),
  id: telling,
  scope: telling,
  event: telling,
  severityNumber: fc.nat({ max: 24 }),
  severityText: telling,
  observedTimestamp: fc.oneof(fc.constant(''), instant.map(formatInstant)),
  traceFlags: fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff })),
});
type ArbitraryLog = typeof arbitraryLog extends fc.Arbitrary<infer T> ? T : never;

function wireOf({ time, ...log }: ArbitraryLog): Partial<Log> {
  return { ...log, timestamp: time === undefined ? '' : formatInstant(time) };
}

function withoutEmpty(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== '' && value !== 0));
}

/** What a reader is to give, objects parsed; null where there is none. */
function expectedOf(log: ArbitraryLog, receivedAt: number) {
  const { id, scope, event, severityText, observedTimestamp, traceFlags } = log;
  const attributes = { ...log.attributes, ...objectOf(log.attributesJson) };
  const resource = objectOf(log.resourceJson);
  return {
    traceId: log.traceId,
    parentId: log.parentId,
    spanId: log.spanId,
    service: log.service,
    message: log.message,
    severity: log.severityNumber || severityOfLevel(levelByWireNumber(log.level) ?? 'info'),
    time: log.time ?? instantOfEpochMillis(receivedAt),
    attributes,
    resource,
    extra: withoutEmpty({ id, scope, event, severityText, observedTimestamp, traceFlags }),
    receivedAt: instantOfEpochMillis(receivedAt),
  };
}

function objectOf(json: string): Record<string, unknown> {
  return json === '' ? {} : (JSON.parse(json) as Record<string, unknown>);
}

/** Every field of every record comes back as it was sent. */
export function roundTripSuite(store: () => LogStoreUnderTest): void {
  it('gives every field back as it was sent, from the year 1 to 9999, to the nanosecond', async () => {
    const { writer, reader } = store();
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryLog, { minLength: 1, maxLength: 12 }), async (logs) => {
        const partition = new TestPartition();
        const receivedAt = Date.now() - 12_345;
        await storeGood(writer, partition.batch({ logs: logs.map(wireOf), receivedAt }));
        const found = inBusOrder(await readNewest(reader, partition.tenant));
        const seen = found.map(({ id, attributes, resource, ...rest }) => {
          expect(id).toMatch(/^[0-9a-f]{32}$/);
          return { ...rest, attributes: objectOf(attributes), resource: objectOf(resource) };
        });
        expect(seen).toEqual(logs.map((log) => expectedOf(log, receivedAt)));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('keeps attributes in any number and order, and of equal keys the last', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${(i * 7) % 40}`, String(i)]));
    const twice = Buffer.concat([
      bytesOf({ attributes: { bb: '1', a: '1', ccc: '1' } }),
      bytesOf({ attributes: { a: '2', bb: '3' } }),
    ]);
    await storeGood(writer, partition.batch({ value: valueOfBytes([twice, bytesOf({ attributes: many })]) }));
    const records = inBusOrder(await readNewest(reader, partition.tenant));
    expect(records.map(({ attributes }) => JSON.parse(attributes) as unknown)).toEqual([{ a: '2', bb: '3', ccc: '1' }, many]);
  });

  it('merges attributes_json over attributes: the last of equal keys wins', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const attributes = { a: 'old', b: 'kept' };
    await storeGood(
      writer,
      partition.batchOf(
        { attributes, attributesJson: ' {"a": 1, "c": {"d": [true, null]}, "c": 2} ' },
        { attributes, attributesJson: '{}' },
        { attributesJson: '{ }' },
        { resourceJson: '{}' },
      ),
    );
    const records = inBusOrder(await readNewest(reader, partition.tenant));
    expect(records.map((record) => (record.attributes === '' ? '' : (JSON.parse(record.attributes) as unknown)))).toEqual([
      { a: 1, b: 'kept', c: 2 },
      attributes,
      '',
      '',
    ]);
    expect(records.map(({ resource }) => resource)).toEqual(['', '', '', '']);
  });

  it('keeps every digit of a number and odd keys', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const attributesJson = '{"n":12345678901234567890,"d":0.1234567890123456789,"__proto__":"x","":1}';
    await storeGood(writer, partition.batchOf({ attributesJson, resourceJson: attributesJson }));
    const [record] = await readNewest(reader, partition.tenant);
    for (const found of [record?.attributes, record?.resource]) {
      expect(found).toContain('12345678901234567890');
      expect(found).toContain('0.1234567890123456789');
      expect(Object.entries(JSON.parse(found ?? '') as object)).toContainEqual(['__proto__', 'x']);
    }
  });

  it('stores the largest record of the contract', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const log = {
      traceId: 't'.repeat(256),
      message: '\u0001'.repeat(1024 * 1024),
      attributes: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, '\u0001'.repeat(64 * 1024 - 8)])),
    };
    await storeGood(writer, partition.batchOf(log, log));
    const records = await readTrace(reader, partition.tenant, log.traceId);
    expect(records.map(({ message, attributes }) => [message === log.message, JSON.parse(attributes)])).toEqual([
      [true, log.attributes],
      [true, log.attributes],
    ]);
  }, 60_000);

  it('has room for texts that grow when they are escaped, in a batch of any size', async () => {
    const { writer, reader } = store();
    const partition = new TestPartition();
    const severityText = '\u0001'.repeat(256);
    const logs = Array.from({ length: 3_000 }, (_, i) => ({ message: `m${i}`, severityText }));
    await storeGood(writer, partition.batchOf(...logs));
    const records = inBusOrder(await readNewest(reader, partition.tenant));
    expect(records.map(({ message }) => message)).toEqual(logs.map(({ message }) => message));
    expect(records.every(({ extra }) => extra.severityText === severityText)).toBe(true);
  }, 60_000);

  it('gives ids that rise with partition, offset and index', async () => {
    const { writer, reader } = store();
    const tenant = freshTenant();
    const first = new TestPartition(tenant);
    await storeGood(writer, first.batch({ logs: [{ message: '0' }, { message: '1' }] }, { logs: [{ message: '2' }] }));
    await storeGood(writer, first.batchOf({ message: '3' }));
    const second = new TestPartition(tenant, 1, first.source);
    await storeGood(writer, second.batchOf({ message: '4' }));
    const records = inBusOrder(await readNewest(reader, tenant));
    expect(records.map(({ message }) => message)).toEqual(['0', '1', '2', '3', '4']);
    expect(new Set(records.map(({ id }) => id)).size).toBe(5);
  });
}

function freshTenant(): string {
  return new TestPartition().tenant;
}
