/**
 * Negative where `a` comes before `b` in code point order, which is the bytewise order of their UTF-8 and PostgreSQL's
 * order under collation "C"; 0 where they are equal.
 *
 * JavaScript's own comparison is in UTF-16 code units, where the surrogates of U+10000 and above come before
 * U+E000-U+FFFF. The difference matters only at the first unit that differs.
 */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB)
      return unitA >= 0xd800 && unitB >= 0xd800 ? surrogatesLast(unitA) - surrogatesLast(unitB) : unitA - unitB;
  }
  return a.length - b.length;
}

function surrogatesLast(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
