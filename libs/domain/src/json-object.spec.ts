import * as fc from 'fast-check';
import { splitJsonObject } from './json-object.js';

/** Prints an object as PostgreSQL prints a jsonb: a space after each colon and comma. */
function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${jsonbText(member)}`)
    .join(', ')}}`;
}

const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', '"', '\\', '\n', 'a b'));
const objects = fc.dictionary(key, fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 })), {
  noNullPrototype: true,
});

describe('splitJsonObject', () => {
  it('agrees with JSON.parse on which members are strings and what the others are', () => {
    const printers = [jsonbText, JSON.stringify, (value: unknown) => ` ${JSON.stringify(value, null, '\t')}\r\n`];
    fc.assert(
      fc.property(objects, fc.constantFrom(...printers), (object, print) => {
        const text = print(object);
        const parsed = Object.entries(JSON.parse(text) as Record<string, unknown>);
        const { strings, others } = splitJsonObject(text);
        expect(Object.entries(strings).sort()).toEqual(parsed.filter(([, value]) => typeof value === 'string').sort());
        const rest = parsed.filter(([, value]) => typeof value !== 'string');
        if (rest.length === 0) expect(others).toBe('');
        else expect(Object.entries(JSON.parse(others) as object)).toEqual(rest);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps all digits of numbers and the source text of nested values', () => {
    const { strings, others } = splitJsonObject(
      '{"id": 12345678901234567890, "name": "x", "list": [1.10, {"a": "},]"}], "price": 1E400, "ok": true, "none": null}',
    );
    expect(strings).toEqual({ name: 'x' });
    expect(others).toBe('{"id": 12345678901234567890, "list": [1.10, {"a": "},]"}], "price": 1E400, "ok": true, "none": null}');
  });

  it('decodes escapes in keys and values', () => {
    expect({ ...splitJsonObject('{"a\\"b": "\\u00e9\\n\\ud83d\\ude00", "t": "tab\\t"}').strings }).toEqual({
      'a"b': '\u00e9\n\u{1f600}',
      t: 'tab\t',
    });
  });

  it('keeps the key __proto__ as a member like any other', () => {
    const { strings, others } = splitJsonObject('{"__proto__": "mine", "constructor": "too", "toString": 1}');
    expect(Object.entries(strings)).toEqual([
      ['__proto__', 'mine'],
      ['constructor', 'too'],
    ]);
    expect(strings['toString']).toBeUndefined();
    expect(others).toBe('{"toString": 1}');
    expect(({} as Record<string, unknown>)['mine']).toBeUndefined();
  });

  it('gives nothing for an empty object', () => {
    expect(splitJsonObject(' { } ')).toEqual({ strings: {}, others: '' });
  });

  it('throws SyntaxError, and nothing else, for a text that is no object or ends early', () => {
    for (const text of [
      '',
      '[]',
      '"a"',
      '{',
      '{"a"',
      '{"a": ',
      '{"a": "b',
      '{"a": [1',
      '{"a": "b" "c": "d"}',
      '{"a": }',
      '{a: 1}',
    ]) {
      expect(() => splitJsonObject(text)).toThrow(SyntaxError);
    }
    fc.assert(
      fc.property(objects, fc.nat(), (object, length) => {
        const text = jsonbText(object);
        const cut = text.slice(0, length % text.length);
        expect(() => splitJsonObject(cut)).toThrow(SyntaxError);
      }),
    );
  });
});
