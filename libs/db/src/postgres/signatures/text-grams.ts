/*
 * Grams: four and five bytes of a message that follow one another, A-Z folded to a-z. A message that holds a text of ASCII,
 * whatever the letter case, holds all of the text's grams. Bytes of other characters are in no gram: their letter case is not
 * one of bytes. Four bytes serve the shortest texts; five tell numbers apart, of which four digits are soon all there.
 *
 * Stored signatures are made of these hashes: another function is another signature, and needs a migration that drops the old.
 */

/** Hashes are below this. A power of two. */
export const HASHES = 1 << 16;
const SHORT = 4;
const LONG = 5;
/** Grams that are looked up for a text: those with the most digits, and some of the others. */
const WITH_DIGITS = 4;
const OTHERS = 4;
/** Characters of a long text that are enough. */
const LOOKED_AT = 256;

/** Byte -> itself in lower case; 0: in no gram. Messages hold no byte 0. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte < 0x80 ? byte : 0,
);

/**
 * The gram of four bytes, where `before` is 0, or of the one before them and the four.
 * Mixes as the end of MurmurHash3 does (https://github.com/aappleby/smhasher): every bit depends on every byte.
 */
function hashOf(four: number, before: number): number {
  let hash = four ^ Math.imul(before, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash >>> 16;
}

/**
 * Sets the bit of every gram of a message; bit `hash` is bit `hash % 32` of word `hash / 32`.
 *
 * @param bytes a message in UTF-8, from `start` to before `end`
 * @param words HASHES bits
 * @returns how many bits were not set before
 */
export function addGrams(bytes: Uint8Array, start: number, end: number, words: Uint32Array): number {
  let four = 0;
  let run = 0;
  let added = 0;
  for (let at = start; at < end; at++) {
    const byte = FOLDED[bytes[at] ?? 0] ?? 0;
    if (byte === 0) {
      run = 0;
      continue;
    }
    const before = four >>> 24;
    four = (four << 8) | byte;
    if (++run < SHORT) continue;
    added += setBit(words, hashOf(four, 0));
    if (run > SHORT) added += setBit(words, hashOf(four, before));
  }
  return added;
}

/** @returns 1 where the bit was not set */
function setBit(words: Uint32Array, hash: number): number {
  const word = words[hash >>> 5] ?? 0;
  const bit = 1 << (hash & 31);
  if ((word & bit) !== 0) return 0;
  words[hash >>> 5] = word | bit;
  return 1;
}

interface Gram {
  readonly hash: number;
  readonly size: number;
  readonly digits: number;
}

/**
 * Hashes of grams that every message with the text has, the most telling ones: digits vary where words come again and again.
 * Grams of four say little beside those of five that they lie in, but their bits are others: they help where there are few.
 * Empty where the text has no four characters of ASCII in a row.
 */
export function gramsOfText(text: string): readonly number[] {
  const runs = [...text.slice(0, LOOKED_AT).matchAll(/[^\x80-\uffff]{4,}/g)].map(([run]) => Buffer.from(run, 'latin1'));
  const grams = runs.flatMap((run) => [...gramsOfRun(run, LONG), ...gramsOfRun(run, SHORT)]);
  const chosen = grams.filter(({ digits }) => digits > 0).sort((a, b) => b.digits - a.digits);
  chosen.splice(WITH_DIGITS);
  const others = grams.filter((gram) => !chosen.includes(gram));
  const long = others.filter(({ size }) => size === LONG);
  const rest = long.length >= OTHERS ? long : others;
  const step = Math.max(1, rest.length / OTHERS);
  const spread = rest.filter((_, i) => Math.floor(i / step) > Math.floor((i - 1) / step));
  return [...new Set([...chosen, ...spread].map(({ hash }) => hash))];
}

function gramsOfRun(run: Uint8Array, size: number): Gram[] {
  return Array.from({ length: Math.max(0, run.length - size + 1) }, (_, from) => {
    const bytes = Array.from(run.subarray(from, from + size), (byte) => FOLDED[byte] ?? 0);
    const four = bytes.slice(-SHORT).reduce((sum, byte) => (sum << 8) | byte, 0);
    const digits = bytes.filter((byte) => byte >= 0x30 && byte <= 0x39).length;
    return { hash: hashOf(four, size === LONG ? (bytes[0] ?? 0) : 0), size, digits };
  });
}
