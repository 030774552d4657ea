import * as fc from 'fast-check';
import { jsonObjectFault } from './json-object-fault.js';

const MAX_DEPTH = 64;

/** What jsonb can't hold of a parsed value, the slow way. */
function unstorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.includes('\0') || !isWellFormed(value);
  if (typeof value !== 'object' || value === null) return false;
  if (depth > MAX_DEPTH) return true;
  return Object.entries(value).some(([key, member]) => unstorable(key, depth + 1) || unstorable(member, depth + 1));
}

function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

function faultExpected(text: string): boolean {
  if (!isWellFormed(text)) return true;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return true;
  }
  return typeof value !== 'object' || value === null || Array.isArray(value) || unstorable(value, 1);
}

const texts = fc.oneof(
  fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((object) => JSON.stringify(object)),
  fc.dictionary(fc.string(), fc.jsonValue()).map((object) => JSON.stringify(object, null, 1)),
  fc.json(),
);

/** Replaces, drops and inserts a few characters. */
const mutated = fc
  .tuple(
    texts,
    fc.array(
      fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]",:\\u0dDe+-.18tfn \n', '\\u0000', '\\ud800', '\\udc00', '\ud83d')),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [place, dropped, inserted]) => {
      const at = place % (changed.length + 1);
      return changed.slice(0, at) + inserted + changed.slice(at + dropped);
    }, text),
  );

describe('jsonObjectFault', () => {
  it('agrees with JSON.parse and a slow check of the parsed value, on valid and mutated texts', () => {
    fc.assert(
      fc.property(fc.oneof(texts, mutated), (text) => {
        const hugeNumber = /\d[eE][+-]?\d{4}/.test(text);
        if (!hugeNumber) expect(jsonObjectFault(text, MAX_DEPTH) !== null).toBe(faultExpected(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['{}'],
    [' {"a" : [ ] , "b":{"c":[null,true,false]}}\r\n\t'],
    ['{"n":[0,-0,1.5,-12.5e+3,1E-1000,1e1000,12345678901234567890]}'],
    ['{"__proto__":"x","":"\\ud83d\\ude00 \\" \\\\ \\/ \\b\\f\\n\\r\\t"}'],
  ])('finds no fault in %s', (text) => {
    expect(jsonObjectFault(text, MAX_DEPTH)).toBeNull();
  });

  it.each([
    ['', 'is empty: must be a JSON object'],
    ['  ', 'is empty: must be a JSON object'],
    ['[1]', 'is valid JSON but not an object'],
    ['"text"', 'is valid JSON but not an object'],
    ['{"a":1', 'is not valid JSON: it ends too early'],
    ['{"a":"b', 'is not valid JSON: it ends too early'],
    ['{"a":1}}', 'is not valid JSON at character 8'],
    ['{"a":01}', 'is not valid JSON at character 7'],
    ['{"a":1.}', 'is not valid JSON at character 8'],
    ['{"a":1,}', 'is not valid JSON at character 8'],
    ["{'a':1}", 'is not valid JSON at character 2'],
    ['{"a":"\\x"}', 'is not valid JSON at character 7'],
    ['{"a":"\t"}', 'is not valid JSON at character 7'],
    ['{"a":[}', 'is not valid JSON at character 7'],
    ['{"a":NaN}', 'is not valid JSON at character 6'],
    ['{"a":"\\u0000"}', 'holds an escaped U+0000 at character 7'],
    ['{"\\u0000":1}', 'holds an escaped U+0000 at character 3'],
    ['{"a":"\\ud800"}', 'holds half of a surrogate pair at character 7'],
    ['{"a":"\\udc00\\ud800"}', 'holds half of a surrogate pair at character 7'],
    ['{"a":"\\ud800\\n"}', 'holds half of a surrogate pair at character 7'],
    ['{"a":1e1001}', 'holds a number with an exponent beyond 1000 at character 6'],
    ['{"a":1e-99999999999999999999}', 'holds a number with an exponent beyond 1000 at character 6'],
  ])('says of %s: %s', (text, fault) => {
    expect(jsonObjectFault(text, MAX_DEPTH)).toBe(fault);
  });

  it('takes exactly maxDepth levels', () => {
    const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);
    expect(jsonObjectFault(nested(64), 64)).toBeNull();
    expect(jsonObjectFault(nested(65), 64)).toBe('is nested deeper than 64 levels at character 321');
  });

  it('refuses exponents that would read back as many times the text', () => {
    const list = (count: number) => `{"n":[${Array.from({ length: count }, () => '1e1000').join(',')}]}`;
    expect(jsonObjectFault(list(65), 64)).toBeNull();
    expect(jsonObjectFault(list(66), 64)).toContain('holds exponents that stand for more than 65536 digits in all');
  });

  it('takes as many digits as numeric holds, the exponent applied', () => {
    const wrap = (number: string): string | null => jsonObjectFault(`{"n":${number}}`, MAX_DEPTH);
    expect(wrap('1'.repeat(131_072))).toBeNull();
    expect(wrap('1'.repeat(131_073))).toBe('holds a number with too many digits at character 6');
    expect(wrap(`${'1'.repeat(131_072)}e1`)).toBe('holds a number with too many digits at character 6');
    expect(wrap(`0.${'1'.repeat(16_383)}`)).toBeNull();
    expect(wrap(`0.${'1'.repeat(16_384)}`)).toBe('holds a number with too many digits at character 6');
    expect(wrap(`0.${'1'.repeat(16_384)}e1`)).toBeNull();
  });

  it('answers for a mebibyte of brackets, and of short members, without overflowing the stack', () => {
    expect(jsonObjectFault('['.repeat(1 << 20), MAX_DEPTH)).toBe('is nested deeper than 64 levels at character 65');
    expect(jsonObjectFault('['.repeat(1 << 20), 1 << 20)).toBe('is not valid JSON: it ends too early');
    expect(jsonObjectFault(`{"a":[${'[],'.repeat(300_000)}1]}`, MAX_DEPTH)).toBeNull();
  });
});
