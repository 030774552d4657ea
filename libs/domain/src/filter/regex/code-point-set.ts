import { caseVariants } from '../letter-case.js';

/** A set of code points: ranges, both ends included, rising, apart from one another, within 1 to 0x10FFFF. */
export type CodePointSet = readonly (readonly [number, number])[];

/** U+0000 is in no stored text. */
const FIRST = 1;
const LAST = 0x10ffff;
/** Larger ranges hold both cases of their letters anyway. */
const MAX_FOLDED_RANGE = 1_000;

export const EVERY_CODE_POINT: CodePointSet = [[FIRST, LAST]];
export const NEWLINE: CodePointSet = [[0x0a, 0x0a]];
export const DIGITS: CodePointSet = [[0x30, 0x39]];
export const WORD: CodePointSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** Tab, newline, form feed, carriage return, space; without the vertical tab, as RE2 has it. */
export const SPACE: CodePointSet = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];

/** The set of these ranges, which may overlap and come in any order. */
export function setOf(ranges: readonly (readonly [number, number])[]): CodePointSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1] + 1) last[1] = Math.max(last[1], end);
    else merged.push([Math.max(start, FIRST), end]);
  }
  return merged;
}

export function complementOf(set: CodePointSet): CodePointSet {
  const gaps: [number, number][] = [];
  let next = FIRST;
  for (const [start, end] of set) {
    if (start > next) gaps.push([next, start - 1]);
    next = end + 1;
  }
  if (next <= LAST) gaps.push([next, LAST]);
  return gaps;
}

/** The set with the other cases of its letters. */
export function withCaseVariants(set: CodePointSet): CodePointSet {
  const all: (readonly [number, number])[] = [...set];
  for (const [start, end] of set) {
    if (end - start > MAX_FOLDED_RANGE) continue;
    for (let codePoint = start; codePoint <= end; codePoint++) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      for (const variant of caseVariants(String.fromCodePoint(codePoint))) {
        const at = variant.codePointAt(0) ?? codePoint;
        all.push([at, at]);
      }
    }
  }
  return setOf(all);
}
