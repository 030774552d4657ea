import type { Placeholder } from './placeholder.js';

/*
 * Dates, times, durations and numbers. They hold spaces and commas, so they are looked for before a text is cut into words.
 * Every pattern is anchored where it is tried and every repetition in it is bounded: a failed try costs a constant.
 */

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}';
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?';
const ZONE = '(?: ?(?:Z|UTC|GMT(?:[+-]\\d{1,2}(?::?\\d{2})?)?|[AaPp]\\.?[Mm]\\.?|[+-]\\d{2}:?\\d{2}))?';
/** The end of a word: `7d-4f` and `5s@x` are no durations. */
const END = '(?![-.:/@\\\\]?[0-9A-Za-z_])';
const UNIT =
  '(?:ns|us|µs|μs|ms|msecs?|millis|milliseconds?|microseconds?|nanoseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)';

const TIMES = [
  `\\d{4}[-/]\\d{2}[-/]\\d{2}(?:[T ]${CLOCK}${ZONE})?`,
  `\\d{8}T\\d{4,6}(?:\\.\\d{1,9})?Z?`,
  `\\d{1,2}[/.]\\d{1,2}[/.]\\d{4}(?:,? ${CLOCK}${ZONE})?`,
  `\\d{1,2}[ /-]${MONTH}[ /-]\\d{4}(?:[: ]${CLOCK}${ZONE})?`,
  `(?:${WEEKDAY},? )?${MONTH} \\d{1,2}(?:,? \\d{4}(?!:))?(?:,? ${CLOCK}${ZONE})?(?: \\d{4})?`,
  `${WEEKDAY},? \\d{1,2}[ -]${MONTH}[ -]\\d{4}(?: ${CLOCK}${ZONE})?`,
  `${CLOCK}${ZONE}(?!:)`,
].map((source) => new RegExp(source + END, 'y'));

const DURATIONS = [
  `[+-]?(?:\\d{1,20}(?:\\.\\d{1,20})?${UNIT}){1,6}`,
  `[+-]?\\d{1,3}(?:,\\d{3}){1,6}(?:\\.\\d{1,9})?${UNIT}`,
  `P(?:\\d{1,9}[YMWD]){0,4}T(?:\\d{1,9}(?:\\.\\d{1,9})?[HMS]){1,3}`,
].map((source) => new RegExp(source + END, 'y'));

const NUMBERS = [
  // 1,000,000.5 and 12.5e-3, with a size in bytes; a list without spaces reads the same.
  `[+-]?\\d{1,3}(?:,\\d{3}){1,8}(?:\\.\\d{1,20})?(?:[kKMGT]i?B)?`,
  `[+-]?\\d{1,40}(?:\\.\\d{1,40})?(?:[eE][+-]?\\d{1,4})?(?:[kKMGT]i?B)?`,
].map((source) => new RegExp(source + END, 'y'));

/** A placeholder and the end of what it stands for. */
export interface MaskedPart {
  readonly mask: Placeholder;
  readonly end: number;
}

/** The date, time, duration or number that begins at `index`, where a word could begin; null where none does. */
export function quantityAt(text: string, index: number): MaskedPart | null {
  const first = text.charCodeAt(index);
  const digit = isDigit(first) || ((first === 0x2b || first === 0x2d) && isDigit(text.charCodeAt(index + 1)));
  // The capitals that weekdays, months and ISO durations begin with.
  if (!digit && !'MTWFSJANDOP'.includes(text.charAt(index))) return null;
  return (
    match(TIMES, '<time>', text, index) ??
    match(DURATIONS, '<dur>', text, index) ??
    (digit ? match(NUMBERS, '<num>', text, index) : null)
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function match(patterns: readonly RegExp[], mask: Placeholder, text: string, index: number): MaskedPart | null {
  for (const pattern of patterns) {
    pattern.lastIndex = index;
    if (pattern.test(text)) return { mask, end: pattern.lastIndex };
  }
  return null;
}
