import { isIdName } from './id-name.js';
import { maskWord } from './mask-word.js';
import { quantityAt } from './mask-quantities.js';
import { placeholderAt } from './placeholder.js';
import { QuoteFinder } from './quote-finder.js';

/** What ends a word. An apostrophe within a word doesn't. */
const BREAKS = new Set(' ,;()[]{}<>"\'`=|“”‘’«»');
/** A URL may hold some of them. */
const URL_REST = /[^\s"'`<>|{}()[\],;“”‘’«»]{1,4096}/y;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\//;
const IPV6_IN_BRACKETS = /\[[0-9A-Fa-f:.%]{2,60}\](?::\d{1,5}(?!\d))?/y;
const KEY = /^[A-Za-z_$][A-Za-z_$. -]{0,60}$/;
const COLON = / ?:/y;
/** Words that stand after `id:` in sentences. */
const NO_ID =
  /^(?:null|undefined|none|nil|not|no|is|was|must|missing|required|invalid|unknown|empty|expected|should|cannot|already)$/i;

/**
 * Masks what differs from message to message and leaves the words: one pass from left to right over a text of one line.
 *
 * At each place the first of these is taken: a placeholder (kept as it is), a quoted text, a quantity where a word could begin,
 * a word (everything up to the next space, bracket, comma, quote or `=`), else the character itself.
 */
export function maskText(text: string): string {
  const quotes = new QuoteFinder(text);
  let out = '';
  /** True where the value of an id is next: `order_id=`. */
  let idNext = false;
  for (let i = 0; i < text.length;) {
    const part = partAt(text, i, quotes, idNext);
    out += part.masked;
    i = part.end;
    if (part.kind === 'word') idNext = text.charAt(i) === '=' ? isIdName(part.masked) : isIdLabel(part.masked);
    else if (part.kind !== 'gap') idNext = false;
  }
  return out;
}

interface Part {
  readonly kind: 'word' | 'mask' | 'gap';
  readonly masked: string;
  readonly end: number;
}

function partAt(text: string, i: number, quotes: QuoteFinder, idNext: boolean): Part {
  const char = text.charAt(i);
  if (char === '<') {
    const placeholder = placeholderAt(text, i);
    if (placeholder !== '') return { kind: 'mask', masked: placeholder, end: i + placeholder.length };
  }
  if (char === '[') {
    IPV6_IN_BRACKETS.lastIndex = i;
    const address = IPV6_IN_BRACKETS.exec(text)?.[0] ?? '';
    if (address.includes(':') && address.indexOf(':') < address.indexOf(']'))
      return { kind: 'mask', masked: '<ip>', end: i + address.length };
  }
  const close = quotes.closeOf(i);
  if (close > 0) return quoted(text, i, close);
  if (!isPartOfWord(text, i)) return { kind: char === ' ' || char === '=' ? 'gap' : 'mask', masked: char, end: i + 1 };
  const quantity = quantityAt(text, i);
  if (quantity !== null) return { kind: 'mask', masked: quantity.mask, end: quantity.end };
  return wordAt(text, i, idNext);
}

/** The key of a JSON object keeps its name. */
function quoted(text: string, open: number, close: number): Part {
  const content = text.slice(open + 1, close);
  COLON.lastIndex = close + 1;
  if (text.charAt(open) === '"' && KEY.test(content) && COLON.test(text))
    return { kind: 'mask', masked: `"${content}"`, end: close + 1 };
  return { kind: 'mask', masked: '<str>', end: close + 1 };
}

function wordAt(text: string, start: number, idNext: boolean): Part {
  let end = start;
  while (end < text.length && isPartOfWord(text, end)) end++;
  if (SCHEME.test(text.slice(start, start + 34))) {
    URL_REST.lastIndex = start;
    end = start + (URL_REST.exec(text)?.[0].length ?? end - start);
  }
  const word = text.slice(start, end);
  const named = idNext && !NO_ID.test(word.replace(/[.:!?]{1,8}$/, ''));
  const masked = named ? '<id>' : maskWord(word);
  // The padding of base64.
  if (masked === '<id>') while (text.charAt(end) === '=') end++;
  return { kind: named ? 'mask' : 'word', masked, end };
}

function isPartOfWord(text: string, i: number): boolean {
  const char = text.charAt(i);
  if (!BREAKS.has(char)) return true;
  return (char === "'" || char === '’') && isLetterOrDigit(text.charAt(i - 1)) && isLetterOrDigit(text.charAt(i + 1));
}

function isIdLabel(word: string): boolean {
  return word.endsWith(':') && isIdName(word.slice(0, -1));
}

function isLetterOrDigit(char: string): boolean {
  return /^[\p{L}\p{N}]$/u.test(char);
}
