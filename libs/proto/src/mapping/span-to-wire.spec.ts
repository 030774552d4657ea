import type { SpanRecord } from '#domain';
import { spanToWire } from './span-to-wire.js';

const SPAN: SpanRecord = {
  id: '0'.repeat(32),
  traceId: 't',
  parentId: '',
  spanId: 's',
  service: 'shop',
  name: 'GET /',
  kind: 'server',
  start: { seconds: 1_767_225_600, nanos: 1 },
  end: { seconds: 1_767_225_601, nanos: 500_000_002 },
  status: 'unset',
  statusMessage: '',
  attributes: '',
  resource: '',
  scope: '',
  traceState: '',
  traceFlags: 0,
  links: [],
  events: [],
  receivedAt: { seconds: 1_767_225_602, nanos: 0 },
};

describe('spanToWire', () => {
  it('prints both instants to the nanosecond and their difference in milliseconds', () => {
    expect(spanToWire(SPAN)).toMatchObject({
      startTimestamp: '2026-01-01T00:00:00.000000001Z',
      endTimestamp: '2026-01-01T00:00:01.500000002Z',
      durationMs: 1500.000001,
    });
  });

  it('gives an end before the start a negative duration', () => {
    expect(spanToWire({ ...SPAN, start: SPAN.end, end: SPAN.start }).durationMs).toBe(-1500.000001);
  });

  it('keeps every digit of attributes that are no strings', () => {
    const attributes = '{"a": "text", "n": 12345678901234567890, "l": [1]}';
    expect(spanToWire({ ...SPAN, attributes })).toMatchObject({
      attributes: { a: 'text' },
      attributesJson: expect.stringContaining('12345678901234567890'),
    });
  });
});
