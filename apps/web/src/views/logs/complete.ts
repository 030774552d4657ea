import { quoted } from '../../records/columns.js';

/** What may stand at the caret of a query. */
export interface Completion {
  /** Text that replaces the word at the caret. */
  readonly insert: string;
  readonly label: string;
  readonly hint: string;
}

/** What has to be asked to complete a word: values of a field, or nothing. */
export interface Word {
  /** Where the word begins in the query, and its text up to the caret. */
  readonly start: number;
  readonly text: string;
  /** `service`, `attr`, `attr.NAME`: the field whose values complete it; null where none is asked for. */
  readonly field: string | null;
  readonly prefix: string;
}

const FIELDS: readonly (readonly [string, string])[] = [
  ['service:', 'a service, or several: service:a,b'],
  ['level>=', 'this level or worse'],
  ['level:', 'exactly this level'],
  ['attr.', 'an attribute: attr.NAME:VALUE'],
  ['trace:', 'records of a trace'],
  ['span:', 'records of a span'],
  ['message:', 'a word or "a phrase" of the message'],
  ['from:', 'from:-15m, from:2026-01-31T12:00:00Z'],
  ['to:', 'to:now, to:-5m'],
];
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const TIMES = ['-5m', '-15m', '-1h', '-6h', '-24h', 'now'];

/** The word that ends at the caret. */
export function wordAt(query: string, caret: number): Word {
  const before = query.slice(0, caret);
  const start = Math.max(before.lastIndexOf(' '), before.lastIndexOf('(')) + 1;
  const raw = before.slice(start);
  const skipped = raw.startsWith('-') ? 1 : 0;
  const text = raw.slice(skipped);
  const [, name = '', value] = /^([\w.-]+?)(?::|!=|=|>=|<=|>|<)(.*)$/.exec(text) ?? [];
  const place = { start: start + skipped, text };
  if (value === undefined) {
    const attribute = /^attr\.(.*)$/.exec(text)?.[1];
    return attribute === undefined ? { ...place, field: null, prefix: text } : { ...place, field: 'attr', prefix: attribute };
  }
  const prefix = value.slice(value.lastIndexOf(',') + 1);
  const asked = name === 'service' || /^attr\.[\w.-]+$/.test(name);
  return { ...place, field: asked ? name : null, prefix };
}

/** What completes a word. @param values what the server said of the word's field, the most frequent first */
export function completionsOf(
  word: Word,
  values: readonly { readonly value: string; readonly count: number }[],
): readonly Completion[] {
  const { text, field, prefix } = word;
  const asked = values.filter(({ value }) => value !== '' && value.toLowerCase().startsWith(prefix.toLowerCase()));
  const head = text.slice(0, text.length - prefix.length);
  if (field === 'attr') {
    return asked.map(({ value, count }) => ({
      insert: `attr.${/^[\w.-]+$/.test(value) ? value : quoted(value)}:`,
      label: `attr.${value}`,
      hint: `${count} records`,
    }));
  }
  if (field !== null) {
    return asked.map(({ value, count }) => ({ insert: `${head}${quoted(value)} `, label: value, hint: `${count} records` }));
  }
  const listed = (options: readonly string[]): readonly Completion[] =>
    options.flatMap((one) => (one.startsWith(prefix) ? [{ insert: `${head}${one} `, label: one, hint: '' }] : []));
  if (/^level(>=|<=|!=|:|=|>|<)/.test(text)) return listed(LEVELS);
  if (/^(from|to)[:=]/.test(text)) return listed(TIMES);
  if (/[:=<>"/]/.test(text)) return [];
  return FIELDS.flatMap(([insert, hint]) => (insert.startsWith(text.toLowerCase()) ? [{ insert, label: insert, hint }] : []));
}
