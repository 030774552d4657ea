import fc from 'fast-check';
import { arbitraryText, lengthField, varint } from '../conformance/arbitrary-log.js';
import { arbitrarySpanBytes, spanBytes } from '../conformance/arbitrary-span.js';
import { Span } from '../generated/log.js';
import { WireCursor } from './cursor.js';
import { readSpan } from './read-span.js';
import { MAX_SPAN_PARTS, SpanFields, type Range, type SpanParts } from './span-fields.js';

const cursor = new WireCursor();
const fields = new SpanFields();

function read(bytes: Buffer, start = 0, end = bytes.length): string | null {
  cursor.open(bytes, start, end);
  readSpan(cursor, fields);
  return cursor.fault;
}

function partsOf(parts: SpanParts): (readonly [Range, Range, Range])[] {
  const found: (readonly [Range, Range, Range])[] = [];
  parts.first((_, one, two, three) => {
    found.push([one, two, three]);
    return null;
  });
  return found;
}

/** What the ranges that readSpan finds stand for, as the generated codec would give it. */
function spanOfRanges(bytes: Buffer): Span {
  const text = (start: number, end: number): string => bytes.toString('utf8', start, end);
  const of = ({ start, end }: Range): string => text(start, end);
  const f = fields;
  return {
    traceId: text(f.traceIdStart, f.traceIdEnd),
    parentId: text(f.parentIdStart, f.parentIdEnd),
    spanId: text(f.spanIdStart, f.spanIdEnd),
    service: text(f.serviceStart, f.serviceEnd),
    name: text(f.nameStart, f.nameEnd),
    kind: f.kind,
    startTimestamp: text(f.startTimestampStart, f.startTimestampEnd),
    endTimestamp: text(f.endTimestampStart, f.endTimestampEnd),
    status: f.status,
    statusMessage: text(f.statusMessageStart, f.statusMessageEnd),
    attributesJson: text(f.attributesJsonStart, f.attributesJsonEnd),
    resourceJson: text(f.resourceJsonStart, f.resourceJsonEnd),
    scope: text(f.scopeStart, f.scopeEnd),
    traceFlags: f.traceFlags,
    traceState: text(f.traceStateStart, f.traceStateEnd),
    links: partsOf(f.links).map(([one, two, three]) => ({ traceId: of(one), spanId: of(two), attributesJson: of(three) })),
    events: partsOf(f.events).map(([one, two, three]) => ({ timestamp: of(one), name: of(two), attributesJson: of(three) })),
  };
}

/** Every range lies within the message, and the cursor stands at its end. */
function expectRangesWithin(start: number, end: number): void {
  const numbers = fields as unknown as Record<string, number>;
  const ranges = Object.keys(numbers)
    .filter((name) => name.endsWith('Start'))
    .map((name) => ({ start: numbers[name] ?? -1, end: numbers[name.replace('Start', 'End')] ?? -1 }));
  const all = [...ranges, ...partsOf(fields.links).flat(), ...partsOf(fields.events).flat()];
  const outside = all.filter(({ start: from, end: to }) => to < from || (to > from && (from < start || to > end)));
  expect({ outside, at: cursor.pos }).toEqual({ outside: [], at: end });
}

describe('readSpan', () => {
  it('finds in valid bytes of any origin what the generated codec decodes', () => {
    fc.assert(
      fc.property(arbitrarySpanBytes, (bytes) => {
        expect(read(bytes)).toBeNull();
        expect(spanOfRanges(bytes)).toEqual(Span.decode(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads back what the generated codec encodes', () => {
    const text = arbitraryText;
    const number = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const arbitrarySpan: fc.Arbitrary<Span> = fc.record({
      traceId: text,
      parentId: text,
      spanId: text,
      service: text,
      name: text,
      kind: number,
      startTimestamp: text,
      endTimestamp: text,
      status: number,
      statusMessage: fc.string({ unit: 'binary', maxLength: 400 }),
      attributesJson: text,
      resourceJson: text,
      scope: text,
      traceFlags: fc.nat({ max: 0xffffffff }),
      traceState: text,
      links: fc.array(fc.record({ traceId: text, spanId: text, attributesJson: text }), { maxLength: 20 }),
      events: fc.array(fc.record({ timestamp: text, name: text, attributesJson: text }), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(arbitrarySpan, (span) => {
        const bytes = Buffer.from(Span.encode(span).finish());
        expect(read(bytes)).toBeNull();
        expect(spanOfRanges(bytes)).toEqual(span);
      }),
    );
  });

  it('never reads outside of its range', () => {
    const around = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(arbitrarySpanBytes, around, around, (bytes, before, after) => {
        const alone = [read(bytes), spanOfRanges(bytes)];
        const all = Buffer.concat([before, bytes, after]);
        expect([read(all, before.length, before.length + bytes.length), spanOfRanges(all)]).toEqual(alone);
        expectRangesWithin(before.length, before.length + bytes.length);
      }),
    );
  });

  it('answers random and mutated bytes with ranges inside of them or a fault, whatever follows them', () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    const mutated = fc.tuple(arbitrarySpanBytes, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
      const copy = Buffer.from(bytes);
      for (const [place, byte] of changes) if (copy.length > 0) copy[place % copy.length] = byte;
      return copy;
    });
    const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(noise, mutated), fc.uint8Array({ maxLength: 12 }), (bytes, after) => {
        const alone = read(bytes);
        expectRangesWithin(0, bytes.length);
        expect(read(Buffer.concat([bytes, after]), 0, bytes.length)).toBe(alone);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['a text of the span', [...lengthField(5, [0xff]), ...lengthField(5, [0x61])]],
    ['a text of a link', lengthField(16, [...lengthField(1, [0xff]), ...lengthField(1, [0x61])])],
    ['a text of an event', lengthField(17, [...lengthField(3, [0xff]), ...lengthField(3, [0x61])])],
  ])('refuses %s that is not UTF-8 though a later one replaces it', (_, bytes) => {
    expect(read(Buffer.from(bytes))).toMatch(/not UTF-8/);
  });

  it.each([
    ['a cut link', [0x82, 0x01, 0x05, 0x0a]],
    ['a link whose text reaches past it', [0x82, 0x01, 0x02, 0x0a, 0x05, 0x61, 0x61, 0x61, 0x61]],
    ['tag 0 within an event', lengthField(17, [0, 0])],
  ])('says malformed of %s', (_, bytes) => {
    expect(read(Buffer.from(bytes))).not.toBeNull();
  });

  it('counts all links and events and keeps the ranges of so many', () => {
    const span = spanBytes({
      traceId: 't',
      links: Array.from({ length: MAX_SPAN_PARTS }, (_, i) => ({ ...LINK, spanId: `${i}` })),
    });
    expect(read(span)).toBeNull();
    expect(spanOfRanges(span)).toEqual(Span.decode(span));
    const many = Buffer.concat(Array<Buffer>(100_000).fill(Buffer.from(lengthField(17, []))));
    expect(read(Buffer.concat([span, many]))).toBeNull();
    expect([fields.links.count, fields.events.count, fields.events.kept]).toEqual([MAX_SPAN_PARTS, 100_000, MAX_SPAN_PARTS]);
    expect(read(Buffer.from(lengthField(16, [])))).toBeNull();
    expect(partsOf(fields.links)).toEqual([Array(3).fill({ start: 0, end: 0 })]);
  });

  it('is not slowed or broken by a megabyte of open groups', () => {
    expect(read(Buffer.concat([Buffer.alloc(1_000_000, Buffer.from(varint(18 * 8 + 3)))]))).toMatch(/nested deeper/);
  });
});

const LINK = { traceId: 't', spanId: 's', attributesJson: '{"a":1}' };
