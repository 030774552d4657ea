import type { CodePointSet } from './code-point-set.js';

/** A regular expression as a tree: what is the same in every engine, and can be matched in linear time. */
export type Regex =
  /** One character out of a set that is not empty. */
  | { readonly kind: 'set'; readonly set: CodePointSet }
  /** The start or the end of the whole text, or the edge of a word of [0-9A-Za-z_]. */
  | { readonly kind: 'place'; readonly place: 'start' | 'end' | 'word-edge' }
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'choice'; readonly parts: readonly Regex[] }
  /** `max` null: without end. */
  | { readonly kind: 'repeat'; readonly part: Regex; readonly min: number; readonly max: number | null };

/** How many characters' sets the expression has with its repeats written out. */
export function regexSize(regex: Regex): number {
  switch (regex.kind) {
    case 'set':
    case 'place':
      return 1;
    case 'sequence':
    case 'choice':
      return regex.parts.reduce((sum, part) => sum + regexSize(part), 0);
    case 'repeat':
      return regexSize(regex.part) * Math.max(1, regex.max ?? regex.min + 1);
  }
}
