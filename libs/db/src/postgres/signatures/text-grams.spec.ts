import fc from 'fast-check';
import { HASHES, addGrams, gramsOfText } from './text-grams.js';

function bitsOf(message: string): { readonly has: (hash: number) => boolean; readonly added: number; readonly set: number } {
  const words = new Uint32Array(HASHES / 32);
  const bytes = Buffer.from(`xx${message}xx`);
  const added = addGrams(bytes, 2, bytes.length - 2, words);
  const has = (hash: number): boolean => (((words[hash >>> 5] ?? 0) >>> (hash & 31)) & 1) === 1;
  const set = Array.from({ length: HASHES }, (_, hash) => has(hash)).filter(Boolean).length;
  return { has, added, set };
}

const text = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'Z', '1', '2', '%', '_', '\\', ' ', '\n', '~', 'ä', '€', '😀', '\u212a'),
  maxLength: 20,
});
const otherCase = (some: string): string =>
  some.replace(/[a-zA-Z]/g, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

describe('grams', () => {
  it('of a text are all in every message that holds it, in whatever letter case', () => {
    fc.assert(
      fc.property(text, text, text, (before, inner, after) => {
        const { has, added, set } = bitsOf(before + otherCase(inner) + after);
        expect(gramsOfText(inner).filter((gram) => !has(gram))).toEqual([]);
        expect(added).toBe(set);
      }),
      { numRuns: 300 },
    );
  });

  it('tell texts apart that share their beginning', () => {
    const { has } = bitsOf('cache lookup for key product:48213 finished with status 200 in 7 ms');
    for (const absent of ['product:48214', 'product:58213', 'unobtainium', 'STATUS 201', '4821x', 'cached']) {
      expect([absent, gramsOfText(absent).every(has)]).toEqual([absent, false]);
    }
    expect(gramsOfText('4821').every(has)).toBe(true);
  });

  it('are few for a long text, and none for one without four characters of ASCII in a row', () => {
    expect(gramsOfText('x'.repeat(10_000)).length).toBe(1);
    expect(gramsOfText('48213').length).toBe(3);
    expect(gramsOfText('the quick brown fox jumps over 13 lazy dogs, 27 times in 1999').length).toBeLessThanOrEqual(8);
    for (const short of ['', 'abc', 'abcäabc', 'äöüß', '日本語の文字']) expect(gramsOfText(short)).toEqual([]);
    expect(gramsOfText('Zahlung für')).not.toEqual([]);
  });
});
