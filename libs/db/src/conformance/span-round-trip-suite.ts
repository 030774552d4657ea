import fc from 'fast-check';
import {
  FIRST_SECOND,
  LAST_SECOND,
  SPAN_KINDS,
  SPAN_STATUSES,
  formatInstant,
  instantOfEpochMillis,
  type SpanRecord,
} from '#domain';
import type { Span } from '#proto';
import { TestPartition, storeGood } from './batches.js';
import type { LogStoreUnderTest } from './log-store-under-test.js';
import { readNewest, readSpans } from './read-all.js';

const text = fc.string({ unit: 'binary', maxLength: 20 }).map((some) => some.replaceAll('\0', ''));
const filled = text.filter((some) => some !== '');
/** Dense in what JSON has to escape. */
const telling = fc.oneof(text, fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0001', '\u007f', 'a', 'ä', '😀') }));
const key = text.filter((some) => some !== '__proto__');
const json = fc
  .dictionary(key, fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }), { maxKeys: 4, noNullPrototype: true })
  .map((object) => JSON.stringify(object))
  .filter((some) => !some.includes('\\u0000') && !some.includes('"__proto__":'));
const optionalJson = fc.oneof(fc.constant(''), json);
const instant = fc.record({
  seconds: fc.oneof(fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }), fc.constantFrom(FIRST_SECOND, LAST_SECOND, 0, -1)),
  nanos: fc.oneof(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 1, 999, 1000, 999_999_999)),
});
const optionalInstant = fc.option(instant, { nil: undefined });

const arbitrarySpan = fc.record({
  spanId: filled,
  parentId: text,
  service: filled,
  name: telling,
  kind: fc.nat({ max: 5 }),
  start: optionalInstant,
  end: optionalInstant,
  status: fc.nat({ max: 2 }),
  statusMessage: telling,
  attributesJson: optionalJson,
  resourceJson: optionalJson,
  scope: telling,
  traceFlags: fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff })),
  traceState: telling,
  links: fc.array(fc.record({ traceId: telling, spanId: telling, attributesJson: optionalJson }), { maxLength: 4 }),
  events: fc.array(fc.record({ time: optionalInstant, name: telling, attributesJson: optionalJson }), { maxLength: 4 }),
});
type ArbitrarySpan = typeof arbitrarySpan extends fc.Arbitrary<infer T> ? T : never;

function printed(time: { seconds: number; nanos: number } | undefined): string {
  return time === undefined ? '' : formatInstant(time);
}

function wireOf({ start, end, events, ...span }: ArbitrarySpan): Partial<Span> {
  return {
    ...span,
    startTimestamp: printed(start),
    endTimestamp: printed(end),
    events: events.map(({ time, ...event }) => ({ ...event, timestamp: printed(time) })),
  };
}

function objectOf(some: string): unknown {
  return some === '' ? {} : JSON.parse(some);
}

/** What a reader is to give, objects parsed; null where there is none. */
function expectedOf(span: ArbitrarySpan, receivedAt: number) {
  const { attributesJson, resourceJson, links, events, kind, status, ...rest } = span;
  const start = span.start ?? instantOfEpochMillis(receivedAt);
  return {
    ...rest,
    traceId: 't',
    kind: SPAN_KINDS[kind],
    status: SPAN_STATUSES[status],
    start,
    end: span.end ?? start,
    attributes: objectOf(attributesJson),
    resource: objectOf(resourceJson),
    links: links.map(({ attributesJson: some, ...link }) => ({ ...link, attributes: objectOf(some) })),
    events: events.map((event) => ({ time: event.time ?? start, name: event.name, attributes: objectOf(event.attributesJson) })),
    receivedAt: instantOfEpochMillis(receivedAt),
  };
}

function seenOf({ id, attributes, resource, links, events, ...span }: SpanRecord) {
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  return {
    ...span,
    attributes: objectOf(attributes),
    resource: objectOf(resource),
    links: links.map((link) => ({ ...link, attributes: objectOf(link.attributes) })),
    events: events.map((event) => ({ ...event, attributes: objectOf(event.attributes) })),
  };
}

/** Every field of every span comes back as it was sent. */
export function spanRoundTripSuite(store: () => LogStoreUnderTest): void {
  it('gives every field back as it was sent, from the year 1 to 9999, to the nanosecond', async () => {
    const { writer, spans } = store();
    await fc.assert(
      fc.asyncProperty(fc.array(arbitrarySpan, { minLength: 1, maxLength: 8 }), async (sent) => {
        const partition = new TestPartition();
        const receivedAt = Date.now() - 12_345;
        await storeGood(writer, partition.batch({ spans: sent.map(wireOf), receivedAt }));
        const found = await readSpans(spans, partition.tenant, 't');
        const inBusOrder = [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(inBusOrder.map(seenOf)).toEqual(sent.map((span) => expectedOf(span, receivedAt)));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('keeps every digit of a number and odd keys, in links and events too', async () => {
    const { writer, spans } = store();
    const partition = new TestPartition();
    const json = '{"n":12345678901234567890,"d":0.1234567890123456789,"__proto__":"x","":1}';
    const parts = {
      links: [{ traceId: '', spanId: '', attributesJson: json }],
      events: [{ timestamp: '', name: '', attributesJson: json }],
    };
    await storeGood(writer, partition.batch({ spans: [{ attributesJson: json, resourceJson: json, ...parts }] }));
    const [span] = await readSpans(spans, partition.tenant, 't');
    for (const found of [span?.attributes, span?.resource, span?.links[0]?.attributes, span?.events[0]?.attributes]) {
      expect(found).toContain('12345678901234567890');
      expect(found).toContain('0.1234567890123456789');
      expect(Object.entries(JSON.parse(found ?? '') as object)).toContainEqual(['__proto__', 'x']);
    }
  });

  it('has room for texts that grow when they are escaped', async () => {
    const { writer, spans } = store();
    const partition = new TestPartition();
    const grown = '\u0001'.repeat(60_000);
    const events = Array.from({ length: 16 }, () => ({ timestamp: '', name: grown, attributesJson: '' }));
    const links = Array.from({ length: 1_024 }, (_, i) => ({
      traceId: '\u0001'.repeat(100),
      spanId: String(i),
      attributesJson: '',
    }));
    const sent = [{ events }, { links, traceState: grown }, { scope: '\u0001'.repeat(256) }];
    await storeGood(writer, partition.batch({ spans: sent }));
    const found = (await readSpans(spans, partition.tenant, 't')).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(found.map(({ events: some }) => some.map(({ name }) => name === grown))).toEqual([Array(16).fill(true), [], []]);
    expect(found[1]?.links.map(({ spanId }) => spanId)).toEqual(links.map(({ spanId }) => spanId));
    expect(found[1]?.traceState).toBe(grown);
  }, 60_000);

  it('gives spans and records of one message ids of their own, in the order of the message', async () => {
    const { writer, spans, reader } = store();
    const partition = new TestPartition();
    const outcome = await storeGood(writer, partition.batch({ logs: [{ message: '0' }, { message: '1' }], spans: [{}, {}] }));
    expect(outcome).toMatchObject({ kind: 'stored', records: 4 });
    const logs = await readNewest(reader, partition.tenant);
    const found = await readSpans(spans, partition.tenant, 't');
    const ends = [...logs, ...found].map(({ id }) => id.slice(24)).sort();
    expect(ends).toEqual(['00000000', '00000001', '00000002', '00000003']);
    expect(found.map(({ id }) => id.slice(24))).toEqual(['00000002', '00000003']);
  });
}
