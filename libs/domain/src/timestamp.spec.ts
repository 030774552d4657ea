import * as fc from 'fast-check';
import { formatInstant } from './format-instant.js';
import { FIRST_SECOND, instantOfEpochMillis, LAST_SECOND } from './instant.js';
import { timestampFaultText, type TimestampFault } from './timestamp-fault.js';
import { parseTimestamp, parseTimestampText } from './timestamp.js';

const instants = fc.record({
  seconds: fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }),
  nanos: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999 })),
});

/** Runs the byte parser in the middle of a larger buffer, as it is used on the wire. */
function parse(text: string): { seconds: number; nanos: number } | TimestampFault {
  const bytes = Buffer.from(`9${text}9`);
  const out = { seconds: Number.NaN, nanos: Number.NaN };
  const fault = parseTimestamp(bytes, 1, bytes.length - 1, out);
  if (fault !== null) expect(out).toEqual({ seconds: Number.NaN, nanos: Number.NaN });
  return fault ?? out;
}

function printed(text: string): string {
  const result = parse(text);
  return typeof result === 'string' ? result : formatInstant(result);
}

describe('parseTimestamp', () => {
  it.each([
    ['2025-04-16T14:30:00Z', '2025-04-16T14:30:00Z'],
    ['2025-04-16', '2025-04-16T00:00:00Z'],
    ['2025-04-16t14:30:00z', '2025-04-16T14:30:00Z'],
    ['2025-04-16 14:30:00', '2025-04-16T14:30:00Z'],
    ['2025-04-16T14:30:00.5', '2025-04-16T14:30:00.500Z'],
    ['2025-04-16T14:30:00,123456789+02:00', '2025-04-16T12:30:00.123456789Z'],
    ['2025-04-16T14:30:00.000000001-0530', '2025-04-16T20:00:00.000000001Z'],
    ['2025-04-16T14:30:00+14', '2025-04-16T00:30:00Z'],
    ['2025-04-16T14:30:00-00:00', '2025-04-16T14:30:00Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
    ['1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
    ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.250Z'],
    ['2016-12-31T15:59:60-08:00', '2017-01-01T00:00:00Z'],
    ['2017-01-01T05:29:60+05:30', '2017-01-01T00:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['0000-12-31T23:00:00-01:00', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999999999Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  it.each<[string, TimestampFault]>([
    ['', 'date'],
    ['2025', 'date'],
    ['2025-04-1', 'date'],
    ['2025/04/16', 'date'],
    ['20250416T143000Z', 'date'],
    [' 2025-04-16', 'date'],
    ['+002025-04-16T14:30:00Z', 'date'],
    ['1744813800', 'date'],
    ['2025-00-16', 'month'],
    ['2025-13-16T14:30:00Z', 'month'],
    ['2025-04-00', 'day'],
    ['2025-04-31', 'day'],
    ['2025-02-29T00:00:00Z', 'day'],
    ['1900-02-29', 'day'],
    ['2025-04-16X14:30:00Z', 'separator'],
    ['2025-04-16Z', 'separator'],
    ['2025-04-16T', 'time'],
    ['2025-04-16T14:30', 'time'],
    ['2025-04-16T14:30Z', 'time'],
    ['2025-04-16T14.30.00Z', 'time'],
    ['2025-04-16T1a:30:00Z', 'time'],
    ['2025-04-16T24:00:00Z', 'hour'],
    ['2025-04-16T14:60:00Z', 'minute'],
    ['2025-04-16T14:30:61Z', 'second'],
    ['2025-04-16T14:30:60Z', 'leap-second'],
    ['2016-12-31T23:59:60+05:30', 'leap-second'],
    ['2025-04-16T14:30:00.Z', 'fraction'],
    ['2025-04-16T14:30:00.', 'fraction'],
    ['2025-04-16T14:30:00.1234567890Z', 'fraction-too-long'],
    ['2025-04-16T14:30:00X', 'zone'],
    ['2025-04-16T14:30:00+', 'zone'],
    ['2025-04-16T14:30:00+1', 'zone'],
    ['2025-04-16T14:30:00+01:', 'zone'],
    ['2025-04-16T14:30:00+01:3', 'zone'],
    ['2025-04-16T14:30:00+0a:00', 'zone'],
    ['2025-04-16T14:30:00 +01:00', 'zone'],
    ['2025-04-16T14:30:00+24:00', 'offset'],
    ['2025-04-16T14:30:00-01:60', 'offset'],
    ['2025-04-16T14:30:00Z ', 'trailing'],
    ['2025-04-16T14:30:00ZZ', 'trailing'],
    ['2025-04-16T14:30:00+01:00Z', 'trailing'],
    ['0000-01-01T00:00:00Z', 'range'],
    ['0001-01-01T00:00:00+00:01', 'range'],
    ['9999-12-31T23:59:59-00:01', 'range'],
    ['9999-12-31T23:59:60Z', 'range'],
  ])('refuses "%s": %s', (text, fault) => {
    expect(parse(text)).toBe(fault);
  });

  it('reads back what formatInstant prints', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parse(formatInstant(instant))).toEqual(instant);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads what Date prints as the same instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_SECOND * 1000, max: LAST_SECOND * 1000 + 999 }), (ms) => {
        expect(parse(new Date(ms).toISOString())).toEqual(instantOfEpochMillis(ms));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes every offset up to 23:59 off, in each of its spellings, as Date does', () => {
    const two = (n: number): string => String(n).padStart(2, '0');
    const wrong: string[] = [];
    for (let offset = -1439; offset <= 1439; offset++) {
      const hours = two(Math.floor(Math.abs(offset) / 60));
      const minutes = two(Math.abs(offset) % 60);
      const sign = offset < 0 ? '-' : '+';
      const zones = [`${sign}${hours}:${minutes}`, `${sign}${hours}${minutes}`];
      if (minutes === '00') zones.push(`${sign}${hours}`);
      for (const zone of zones) {
        const text = `2024-03-01T00:15:30${zone}`;
        const expected = new Date(`2024-03-01T00:15:30${sign}${hours}:${minutes}`).toISOString().replace('.000Z', 'Z');
        if (printed(text) !== expected) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps every number of fractional digits from 1 to 9', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 }), (digits) => {
        expect(parse(`2025-04-16T14:30:00.${digits}Z`)).toEqual({ seconds: 1_744_813_800, nanos: Number(digits.padEnd(9, '0')) });
      }),
    );
  });

  it('agrees with Date on which days exist', () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(15), fc.nat(35), (year, month, day) => {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const date = new Date(`${text}T00:00:00Z`);
        const exists = year > 0 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(typeof parse(text) !== 'string').toBe(exists);
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws, and gives an instant in range or a fault with a sentence, for mutated timestamps and any bytes', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom('2025-04-16T14:30:00.123456789+02:00', '2016-12-31T23:59:60Z', '2025-04-16'),
        fc.array(fc.tuple(fc.nat(36), fc.constantFrom(...'0123456789-+:.,TtZz \u00e9'))),
        fc.nat(40),
      )
      .map(([text, changes, length]) => {
        const characters = [...text];
        for (const [at, character] of changes) characters[at] = character;
        return Buffer.from(characters.join('').slice(0, length));
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        const out = { seconds: 0, nanos: 0 };
        const fault = parseTimestamp(bytes, 0, bytes.length, out);
        if (fault !== null) expect(timestampFaultText(fault)).toMatch(/^timestamp .+: expected YYYY-MM-DDThh:mm:ss/);
        // Throws where the instant lies outside the range.
        formatInstant(out);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('parseTimestampText', () => {
  it('gives the instant', () => {
    expect(parseTimestampText('2025-04-16T14:30:00Z')).toEqual({ ok: true, instant: { seconds: 1_744_813_800, nanos: 0 } });
  });

  it('says what is wrong and what is expected', () => {
    expect(parseTimestampText('2025-13-16T14:30:00Z')).toEqual({
      ok: false,
      reason:
        'timestamp month must be 01-12: expected YYYY-MM-DDThh:mm:ss[.fraction][Z or +hh:mm], for example 2025-04-16T14:30:00Z',
    });
  });

  it('gives the verdict of the byte parser for any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'0123456789-:TZ.+\u0660\u0130\u01b2') }),
      fc.tuple(instants, fc.string({ unit: 'binary' })).map(([instant, tail]) => formatInstant(instant) + tail),
    );
    fc.assert(
      fc.property(text, (value) => {
        const result = parseTimestampText(value);
        const expected = parse(value);
        if (typeof expected === 'string') expect(result).toEqual({ ok: false, reason: timestampFaultText(expected) });
        else expect(result).toEqual({ ok: true, instant: expected });
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses a text of any length at once', () => {
    expect(parseTimestampText('2025-04-16T14:30:00Z'.padEnd(5_000_000, ' '))).toMatchObject({ ok: false });
  });
});
