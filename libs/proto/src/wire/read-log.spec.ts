import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { arbitraryLogBytes, arbitraryText, lengthField, varint } from '../conformance/arbitrary-log.js';
import { Log } from '../generated/log.js';
import { WireCursor } from './cursor.js';
import { LogFields } from './log-fields.js';
import { readLog } from './read-log.js';
import { textFault } from './text-check.js';

/** Checked by hand against google.golang.org/protobuf: proto.Unmarshal gives the same verdicts. */
const vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as {
  readonly hex: string;
  readonly verdict: 'valid' | 'malformed';
  readonly why: string;
}[];
const cursor = new WireCursor();
const fields = new LogFields();

/** What the ranges that readLog finds stand for, as the generated codec would give it. */
function logOfRanges(bytes: Buffer): Log {
  const text = (start: number, end: number): string => bytes.toString('utf8', start, end);
  const f = fields;
  const attributes: Record<string, string> = {};
  for (let at = 0; at < f.attributeCount * 4; at += 4) {
    const [keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0] = f.attributes.subarray(at, at + 4);
    attributes[text(keyStart, keyEnd)] = text(valueStart, valueEnd);
  }
  return {
    traceId: text(f.traceIdStart, f.traceIdEnd),
    parentId: text(f.parentIdStart, f.parentIdEnd),
    spanId: text(f.spanIdStart, f.spanIdEnd),
    service: text(f.serviceStart, f.serviceEnd),
    message: text(f.messageStart, f.messageEnd),
    level: f.level,
    timestamp: text(f.timestampStart, f.timestampEnd),
    attributes,
    id: text(f.idStart, f.idEnd),
    attributesJson: text(f.attributesJsonStart, f.attributesJsonEnd),
    resourceJson: text(f.resourceJsonStart, f.resourceJsonEnd),
    scope: text(f.scopeStart, f.scopeEnd),
    event: text(f.eventStart, f.eventEnd),
    severityNumber: f.severityNumber,
    severityText: text(f.severityTextStart, f.severityTextEnd),
    observedTimestamp: text(f.observedTimestampStart, f.observedTimestampEnd),
    traceFlags: f.traceFlags,
  };
}

function read(bytes: Buffer, start = 0, end = bytes.length): string | null {
  cursor.open(bytes, start, end);
  readLog(cursor, fields);
  return cursor.fault;
}

/** Every range lies within the message, and the cursor stands at its end. */
function expectRangesWithin(start: number, end: number): void {
  const numbers = fields as unknown as Record<string, number>;
  const outside = Object.keys(numbers)
    .filter((name) => name.endsWith('Start'))
    .map((name) => ({ name, from: numbers[name] ?? -1, to: numbers[name.replace('Start', 'End')] ?? -1 }))
    .filter(({ from, to }) => to < from || (to > from && (from < start || to > end)));
  const places = fields.attributes.subarray(0, fields.attributeCount * 4);
  expect({ outside, attributes: places.every((at) => at >= start && at <= end), at: cursor.pos }).toEqual({
    outside: [],
    attributes: true,
    at: end,
  });
}

describe('readLog', () => {
  it('finds in valid bytes of any origin what the generated codec decodes', () => {
    fc.assert(
      fc.property(arbitraryLogBytes, (bytes) => {
        expect(read(bytes)).toBeNull();
        expect(logOfRanges(bytes)).toEqual(Log.decode(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads back what the generated codec encodes', () => {
    const key = arbitraryText.filter((text) => text !== '__proto__');
    const number = fc.nat({ max: 0xffffffff });
    const arbitraryLog: fc.Arbitrary<Log> = fc.record({
      traceId: arbitraryText,
      parentId: arbitraryText,
      spanId: arbitraryText,
      service: arbitraryText,
      message: fc.string({ unit: 'binary', maxLength: 400 }),
      level: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      timestamp: arbitraryText,
      attributes: fc.dictionary(key, arbitraryText, { noNullPrototype: true }),
      id: arbitraryText,
      attributesJson: arbitraryText,
      resourceJson: arbitraryText,
      scope: arbitraryText,
      event: arbitraryText,
      severityNumber: number,
      severityText: arbitraryText,
      observedTimestamp: arbitraryText,
      traceFlags: number,
    });
    fc.assert(
      fc.property(arbitraryLog, (log) => {
        const bytes = Buffer.from(Log.encode(log).finish());
        expect(read(bytes)).toBeNull();
        expect(logOfRanges(bytes)).toEqual(log);
      }),
    );
  });

  it('keeps more attributes than it has room for at first', () => {
    const parts = Array.from({ length: 1_000 }, (_, i) => {
      return lengthField(8, [...lengthField(1, Buffer.from(`k${i}`)), ...lengthField(2, Buffer.from(`v${i}`))]);
    });
    const bytes = Buffer.from(parts.flat());
    expect(read(bytes)).toBeNull();
    expect(logOfRanges(bytes)).toEqual(Log.decode(bytes));
  });

  it('never reads outside of its range', () => {
    const around = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(arbitraryLogBytes, around, around, (bytes, before, after) => {
        const alone = [read(bytes), logOfRanges(bytes)];
        const all = Buffer.concat([before, bytes, after]);
        expect([read(all, before.length, before.length + bytes.length), logOfRanges(all)]).toEqual(alone);
        expectRangesWithin(before.length, before.length + bytes.length);
      }),
    );
  });

  it('answers random bytes with ranges inside of them or a fault, whatever follows them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 12 }), (noise, after) => {
        const alone = read(Buffer.from(noise));
        expectRangesWithin(0, noise.length);
        expect(read(Buffer.concat([noise, after]), 0, noise.length)).toBe(alone);
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers mutated records with ranges inside of them or a fault, whatever follows them', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom('set', 'remove', 'cut'), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(arbitraryLogBytes, fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, changes) => {
        const mutated = [...bytes];
        for (const [place, kind, byte] of changes) {
          const at = mutated.length === 0 ? 0 : place % mutated.length;
          if (kind === 'set') mutated[at] = byte;
          else if (kind === 'remove') mutated.splice(at, 1);
          else mutated.length = at;
        }
        const alone = read(Buffer.from(mutated));
        expectRangesWithin(0, mutated.length);
        const followed = Buffer.from([...mutated, 0x0a, 0x01, 0x41]);
        expect(read(followed, 0, mutated.length)).toBe(alone);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not slowed or broken by a megabyte of open groups', () => {
    expect(read(Buffer.alloc(1_000_000, 0x9b))).not.toBeNull();
    expect(read(Buffer.concat([Buffer.alloc(1_000_000, Buffer.from(varint(18 * 8 + 3)))]))).toMatch(/nested deeper/);
  });

  it.each(vectors)('$verdict: $why', ({ hex, verdict }) => {
    const bytes = Buffer.from(hex, 'hex');
    const fault = read(bytes);
    expect(fault === null ? 'valid' : 'malformed').toBe(verdict);
    if (fault === null) expect(textFault(bytes, fields.messageStart, fields.messageEnd)).toBeNull();
  });
});
