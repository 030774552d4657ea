import { isOfServiceAndLevel, joined, serviceAndLevelOf, serviceLevelAndTextOf, type Condition } from '#domain';
import { gramsOfText } from '../signatures/text-grams.js';
import type { BoundValues } from './bound-values.js';
import { conditionSql } from './condition-sql.js';

/** Grams that are looked up for all texts together; texts beyond ask nothing. */
const MAX_GRAMS = 32;

/** A condition over a piece of a cell. `line`: one of the cell's lines, by its number; `text`: grams by their numbers. */
type Asked =
  | { readonly kind: 'all' }
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'text'; readonly grams: readonly number[] }
  | { readonly kind: 'all-of' | 'any-of'; readonly parts: readonly Asked[] };

/** What a statement read of a cell; all but `lines` null where it has no signature. */
export interface CellFacts {
  /** For each of the lines' conditions, whether one of the cell's lines fulfils it. */
  readonly lines: readonly boolean[];
  readonly pieces: number | null;
  readonly width: number | null;
  /** The slices of the grams, one behind the other. */
  readonly slices: Buffer | null;
}

/**
 * What a condition asks of cells: of their lines, which are the services and severities that were counted, and of the pieces of
 * their signatures (signatures/cell-signature.ts). A record that fulfils the condition lies in a piece that fulfils this.
 */
export class AskedOfCells {
  /** Conditions of service and severity. The first one is what a single line must fulfil, all else aside. */
  private readonly lines: Condition[];
  private readonly hashes: number[] = [];
  private readonly asked: Asked;

  /** Null where the condition asks nothing of cells. */
  static of(condition: Condition): AskedOfCells | null {
    const asked = new AskedOfCells(condition);
    return asked.asksOfLines || asked.asked.kind !== 'all' ? asked : null;
  }

  private constructor(condition: Condition) {
    this.lines = [serviceAndLevelOf(condition)];
    this.asked = this.askedBy(this.withGrams(serviceLevelAndTextOf(condition)));
  }

  /** Whether signatures matter. */
  get asksOfTexts(): boolean {
    return this.hashes.length > 0;
  }

  /** What a record's service and severity must be like, all else aside. */
  get line(): Condition {
    return this.lines[0] ?? { kind: 'all' };
  }

  private get asksOfLines(): boolean {
    return this.line.kind !== 'all';
  }

  /** An array of booleans, over the columns `services` and `severities`. */
  linesSql(bound: BoundValues): string {
    const tests = this.lines.map(
      (condition) =>
        `EXISTS (SELECT FROM unnest(services, severities) AS line (service, severity) WHERE ${conditionSql(condition, bound)})`,
    );
    return `ARRAY[${tests.join(', ')}]`;
  }

  /** The slices of the grams, over `bits`, `width` and `pieces` of a signature: the bytes in which a gram's bits lie. */
  slicesSql(bound: BoundValues): string {
    const slices = this.hashes.map((hash) => {
      const bit = `(${bound.add(hash)}::integer & (width - 1)) * pieces`;
      return `substring(bits FROM ${bit} / 8 + 1 FOR (${bit} + pieces - 1) / 8 - ${bit} / 8 + 1)`;
    });
    return slices.length === 0 ? 'NULL::bytea' : slices.join(' || ');
  }

  /** The numbers of the cell's pieces that may hold a match; 'all' where it has no signature too. */
  matches({ lines, pieces, width, slices }: CellFacts): readonly number[] | 'all' {
    if (lines[0] !== true) return [];
    if (pieces === null || width === null || slices === null) return mayHold(this.asked, lines, null, 0) ? 'all' : [];
    const bits = this.bitsOf(slices, width, pieces);
    const matches = Array.from({ length: pieces }, (_, piece) => piece).filter((piece) =>
      mayHold(this.asked, lines, bits, piece),
    );
    return matches.length === pieces ? 'all' : matches;
  }

  private bitsOf(slices: Buffer, width: number, pieces: number): GramBits {
    let at = 0;
    const firstBits = this.hashes.map((hash) => {
      const bit = (hash & (width - 1)) * pieces;
      const first = at * 8 + (bit & 7);
      at += ((bit + pieces - 1) >>> 3) - (bit >>> 3) + 1;
      return first;
    });
    return (gram, piece) => {
      const bit = (firstBits[gram] ?? 0) + piece;
      return (((slices[bit >>> 3] ?? 0xff) >>> (bit & 7)) & 1) === 1;
    };
  }

  /** Without the texts that no gram tells of. Collects the hashes. */
  private withGrams(condition: Condition): Condition {
    if (condition.kind === 'all-of' || condition.kind === 'any-of') {
      return joined(
        condition.kind,
        condition.conditions.map((one) => this.withGrams(one)),
      );
    }
    if (condition.kind !== 'text') return condition;
    const fresh = gramsOfText(condition.text);
    const all = [...new Set([...this.hashes, ...fresh])];
    if (fresh.length === 0 || all.length > MAX_GRAMS) return { kind: 'all' };
    this.hashes.push(...all.slice(this.hashes.length));
    return condition;
  }

  private askedBy(condition: Condition): Asked {
    if (condition.kind === 'all') return condition;
    if (isOfServiceAndLevel(condition)) return { kind: 'line', number: this.lines.push(condition) - 1 };
    if (condition.kind === 'text') {
      return { kind: 'text', grams: gramsOfText(condition.text).map((hash) => this.hashes.indexOf(hash)) };
    }
    if (condition.kind !== 'all-of' && condition.kind !== 'any-of') return { kind: 'all' };
    // One line must fulfil all that is asked of lines in one place.
    const { kind, conditions } = condition;
    const ofLines = joined(kind, conditions.filter(isOfServiceAndLevel));
    const others = conditions.filter((one) => !isOfServiceAndLevel(one)).map((one) => this.askedBy(one));
    return { kind, parts: ofLines.kind === 'all' ? others : [this.askedBy(ofLines), ...others] };
  }
}

type GramBits = (gram: number, piece: number) => boolean;

function mayHold(asked: Asked, lines: readonly boolean[], bits: GramBits | null, piece: number): boolean {
  switch (asked.kind) {
    case 'all':
      return true;
    case 'line':
      return lines[asked.number] === true;
    case 'text':
      return bits === null || asked.grams.every((gram) => bits(gram, piece));
    case 'all-of':
      return asked.parts.every((part) => mayHold(part, lines, bits, piece));
    case 'any-of':
      return asked.parts.some((part) => mayHold(part, lines, bits, piece));
  }
}
