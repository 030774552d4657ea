import { maskedText } from './telling-text.js';

/** What joins a wrapper to what it wraps: `Order failed: payment error: card declined`, `... because ...`, `Caused by: ...`. */
const SEAM = /:\s+|\s+-+>?\s+|\n+|;\s+| because(?: of)? | due to | caused by /;

/** Words of a text that says no more than that something failed: "Checkout failed", "Unable to place order 7". */
const FAILED = new Set(
  'rejected refused declined denied fails failed failing failure failures error errors errored aborted unsuccessful unable cannot couldn exception problem unhandled unexpected'.split(
    ' ',
  ),
);

/** Longer texts say more than that. */
const BARE_WORDS = 10;

function isBare(part: string): boolean {
  const words = part.split(/[^a-z0-9#]+/, BARE_WORDS + 4).filter((word) => word !== '');
  if (words.length > BARE_WORDS) return false;
  return (
    words.some((word) => FAILED.has(word)) || /went wrong|could not|can't|internal server|^[\w.]*(?:exception|error)$/.test(part)
  );
}

/** The parts of a text that wraps others, outermost first; varying parts masked, empty ones left out. */
function segmentsOf(text: string): string[] {
  return maskedText(text)
    .split(SEAM)
    .map((part) => part.replace(/^[\s"'`([{]+|[\s"'`.!)\]}]+$/g, ''))
    .filter((part) => part !== '');
}

/** True where the text names no reason of its own: what is left after its last seam only says that something failed. */
export function isBareWrapper(text: string): boolean {
  const segments = text.split(SEAM).filter((part) => /[a-z]/.test(part));
  const last = segments.at(-1) ?? '';
  return isBare(last.trim());
}

/** Words that two unrelated failures share all the time. */
const COMMON = new Set(
  (
    'error failed failure exception the a an to of in on at for from with while was is by not no and or request response call ' +
    'service server client internal could unable cannot order status code http returned message caused cause java lang io rpc ' +
    'timeout timed out deadline exceeded context canceled cancelled unavailable connection # after'
  ).split(' '),
);

function tellingWords(text: string): Set<string> {
  const words = new Set<string>();
  for (const word of maskedText(text).split(/[^a-z#]+/)) if (word.length > 2 && !COMMON.has(word)) words.add(word);
  return words;
}

/** A text made ready to be compared with many others; its parts are found when they are first asked for. */
export class ComparableText {
  private knownMasked: string | null = null;
  private knownCore: string | null = null;
  private knownWords: ReadonlySet<string> | null = null;

  constructor(private readonly text: string) {}

  get masked(): string {
    this.knownMasked ??= maskedText(this.text);
    return this.knownMasked;
  }

  /** The innermost reason that it gives; empty where it gives none. */
  get core(): string {
    this.knownCore ??= segmentsOf(this.text).findLast((part) => !isBare(part) && tellingWords(part).size > 0) ?? '';
    return this.knownCore;
  }

  get words(): ReadonlySet<string> {
    this.knownWords ??= tellingWords(this.text);
    return this.knownWords;
  }
}

/**
 * True where two failures read like the same exception: the same text, one that wraps the other, or mostly the same words.
 * Texts that only say that something failed, or that something timed out, are like nothing.
 */
export function readAlike(a: ComparableText, b: ComparableText): boolean {
  if (a.words.size === 0 || b.words.size === 0) return false;
  if (a.masked === b.masked) return true;
  if (worthFinding(a.core) && b.masked.includes(a.core)) return true;
  if (worthFinding(b.core) && a.masked.includes(b.core)) return true;
  const [few, many] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words];
  let shared = 0;
  for (const word of few) if (many.has(word)) shared++;
  return shared >= 2 && shared / few.size >= 0.6;
}

function worthFinding(core: string): boolean {
  return core.length >= 8 && tellingWords(core).size > 0;
}
