import { lengthField } from '../conformance/arbitrary-log.js';
import { spanBytes } from '../conformance/arbitrary-span.js';
import type { Span } from '../generated/log.js';
import { WireCursor } from './cursor.js';
import type { RecordFault } from './field-faults.js';
import { readSpan } from './read-span.js';
import { DEFAULT_RECORD_LIMITS, type RecordLimits } from './record-limits.js';
import { SpanFields } from './span-fields.js';
import { spanFault } from './validate-span.js';

const GOOD = { traceId: 't', spanId: 's', service: 'shop' };
const SMALL: RecordLimits = {
  idBytes: 8,
  messageBytes: 16,
  attributes: 3,
  attributeKeyBytes: 5,
  attributeValueBytes: 12,
  attributesBytes: 40,
  callBytes: 1000,
};
const LINK = { traceId: 't2', spanId: 's2', attributesJson: '' };
const EVENT = { timestamp: '', name: 'retry', attributesJson: '' };

function faultOf(bytes: Uint8Array, limits = DEFAULT_RECORD_LIMITS): RecordFault | null {
  const cursor = new WireCursor();
  const fields = new SpanFields();
  cursor.open(bytes, 0, bytes.length);
  readSpan(cursor, fields);
  expect(cursor.fault).toBeNull();
  return spanFault(bytes, fields, limits);
}

function faultOfSpan(span: Partial<Span>, limits?: RecordLimits): RecordFault | null {
  return faultOf(spanBytes({ ...GOOD, ...span }), limits);
}

describe('spanFault', () => {
  it('takes a span as OpenTelemetry sends it', () => {
    const span: Partial<Span> = {
      parentId: '',
      name: 'GET /cart',
      kind: 2,
      startTimestamp: '2026-01-01T00:00:00.000000001Z',
      endTimestamp: '2026-01-01T00:00:00.250000002Z',
      status: 2,
      statusMessage: 'no such cart',
      attributesJson: '{"http.response.status_code":404}',
      resourceJson: '{"host.name":"a"}',
      links: [{ ...LINK, attributesJson: '{"n":1}' }],
      events: [{ ...EVENT, timestamp: '2026-01-01T00:00:00.1Z', attributesJson: '{"attempt":2}' }],
    };
    expect(faultOfSpan(span)).toBeNull();
  });

  it.each([
    ['trace_id', 'traceId'],
    ['span_id', 'spanId'],
    ['service', 'service'],
  ])('names %s where it is missing', (field, name) => {
    expect(faultOfSpan({ [name]: '' })).toMatchObject({ kind: 'invalid', field, reason: expect.stringContaining('is required') });
  });

  it.each([
    ['trace_id', 'traceId', 1, SMALL.idBytes],
    ['parent_id', 'parentId', 2, SMALL.idBytes],
    ['span_id', 'spanId', 3, SMALL.idBytes],
    ['service', 'service', 4, SMALL.idBytes],
    ['name', 'name', 5, SMALL.attributeValueBytes],
    ['status_message', 'statusMessage', 10, SMALL.messageBytes],
    ['scope', 'scope', 13, SMALL.idBytes],
    ['trace_state', 'traceState', 15, SMALL.attributeValueBytes],
  ] as const)('names %s where it is too long by one byte, holds U+0000 or is not UTF-8', (field, name, number, limit) => {
    expect(faultOfSpan({ [name]: 'x'.repeat(limit) }, SMALL)).toBeNull();
    expect(faultOfSpan({ [name]: 'x'.repeat(limit + 1) }, SMALL)).toMatchObject({ kind: 'too-large', field });
    expect(faultOfSpan({ [name]: 'a\0b' })).toMatchObject({ kind: 'invalid', field, reason: expect.stringContaining('U+0000') });
    const bad = Buffer.from([...spanBytes({ ...GOOD, [name]: '' }), ...lengthField(number, [0x61, 0xff])]);
    expect(faultOf(bad)).toMatchObject({ kind: 'invalid', field, reason: expect.stringContaining('UTF-8') });
  });

  it.each([
    ['start_timestamp', { startTimestamp: 'yesterday' }],
    ['end_timestamp', { endTimestamp: '2026-13-01T00:00:00Z' }],
    ['events[1].timestamp', { events: [EVENT, { ...EVENT, timestamp: '0' }] }],
    ['events[0].name', { events: [{ ...EVENT, name: 'a\0' }] }],
    ['events[1].attributes_json', { events: [EVENT, { ...EVENT, attributesJson: '[]' }] }],
    ['links[0].trace_id', { links: [{ ...LINK, traceId: '\0' }] }],
    ['links[1].span_id', { links: [LINK, { ...LINK, spanId: '\0' }] }],
    ['links[0].attributes_json', { links: [{ ...LINK, attributesJson: '{"a":1},"b":{"c":2}' }] }],
    ['attributes_json', { attributesJson: '{"a":"\\u0000"}' }],
    ['resource_json', { resourceJson: 'x' }],
    ['kind', { kind: 6 }],
    ['kind', { kind: -1 }],
    ['status', { status: 3 }],
  ])('names %s where it is not valid', (field, span) => {
    expect(faultOfSpan(span)).toMatchObject({ kind: 'invalid', field });
  });

  it('takes an end before the start, links without ids and events without a time', () => {
    expect(faultOfSpan({ startTimestamp: '2026-01-01T00:00:01Z', endTimestamp: '2026-01-01T00:00:00Z' })).toBeNull();
    expect(faultOfSpan({ links: [{ ...LINK, traceId: '', spanId: '' }], events: [EVENT] })).toBeNull();
  });

  it('takes 1,024 links and events, and not one more', () => {
    const times = (count: number) => ({ links: Array(count).fill(LINK), events: Array(count).fill(EVENT) });
    expect(faultOfSpan(times(1_024))).toBeNull();
    expect(faultOfSpan({ links: times(1_025).links })).toMatchObject({ kind: 'too-large', field: 'links' });
    expect(faultOfSpan({ events: times(1_025).events })).toMatchObject({ kind: 'too-large', field: 'events' });
  });

  it('bounds attributes, resource, links and events together', () => {
    const half = { attributesJson: '{"abc":"12345"}', resourceJson: '{"a":"123456"}' };
    const link = { traceId: 'abc', spanId: 'def', attributesJson: '' };
    expect(faultOfSpan({ ...half, links: [link] }, SMALL)).toBeNull();
    expect(faultOfSpan({ ...half, links: [link, link] }, SMALL)).toMatchObject({ kind: 'too-large', field: 'attributes_json' });
    expect(faultOfSpan({ attributesJson: '{"a":1,"b":2,"c":3,"d":4}' }, SMALL)).toMatchObject({ field: 'attributes_json' });
  });

  it('looks at a resource again where it or the limits differ from the last ones', () => {
    const resourceJson = '{"host.name":"a"}';
    expect(faultOfSpan({ resourceJson })).toBeNull();
    expect(faultOfSpan({ resourceJson })).toBeNull();
    expect(faultOfSpan({ resourceJson }, SMALL)).toMatchObject({ kind: 'too-large', field: 'resource_json (a key)' });
    expect(faultOfSpan({ resourceJson: resourceJson.replace(':', ';') })).toMatchObject({ field: 'resource_json' });
    expect(faultOfSpan({ resourceJson: resourceJson.slice(0, -1) })).toMatchObject({ field: 'resource_json' });
    expect(faultOfSpan({ resourceJson })).toBeNull();
  });

  it('bounds what the exponents of all links and events print together', () => {
    const attributesJson = `{"n":[${Array(60).fill('1e1000').join()}]}`;
    const events = (count: number) => ({ events: Array(count).fill({ ...EVENT, attributesJson }) });
    expect(faultOfSpan(events(1))).toBeNull();
    expect(faultOfSpan(events(2))).toMatchObject({ kind: 'invalid', field: 'events' });
  });
});
