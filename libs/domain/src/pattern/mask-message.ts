import { textOfJson } from './json-message.js';
import { maskText } from './mask-text.js';
import { mergePlaceholders } from './merge-placeholders.js';
import { reduceStack } from './reduce-stack.js';

/** What is read of a message, UTF-16 units; as much as the DAG builder reads of a record. */
const MAX_MESSAGE = 4_096;
/**
 * Units of a template. Counted in the template, not in the message, so that messages with ids of different lengths are cut
 * at the same word.
 */
const MAX_TEMPLATE = 1_000;
/** Rules may make room for each other; two rounds are the rule, and a text that never settles is cut off here. */
const MAX_ROUNDS = 12;
// eslint-disable-next-line no-control-regex
const TERMINAL_COLOURS = /\u001b\[[0-9;]{0,16}[A-Za-z]/g;
// eslint-disable-next-line no-control-regex
const SPACES = /[\s\u0000-\u001f\u007f]+/g;

/**
 * The template of a log message: its words, with placeholders for what differs from one occurrence to the next (numbers,
 * ids, addresses, quoted texts, durations, times). Stack traces are reduced to the exception and the first own frame, JSON
 * objects to their message.
 *
 * Idempotent: the template of a template is itself. Linear in the message's length, whatever it holds; what is beyond
 * 4,096 characters is not looked at.
 *
 *     Timeout after 3,000 ms waiting for order 8f3a-77 at 10.0.0.7:5432
 *     Timeout after <dur> waiting for order <id> at <ip>
 */
export function maskMessage(message: string): string {
  let text = message.slice(0, MAX_MESSAGE);
  let settled = false;
  for (let round = 0; round < MAX_ROUNDS && !settled; round++) {
    const next = maskOnce(text);
    settled = next === text;
    text = next;
  }
  return text;
}

function maskOnce(message: string): string {
  const plain = message.replace(TERMINAL_COLOURS, '').trim();
  const { text, frame } = reduceStack(textOfJson(plain) ?? plain);
  const whole = withoutOuterQuotes(text.replace(SPACES, ' ').trim());
  const template = mergePlaceholders(maskText(frame === null ? whole : `${whole} at ${frame}`))
    .replace(SPACES, ' ')
    .trim();
  return cut(template);
}

/** A message that is quoted as a whole would be nothing but `<str>`. */
function withoutOuterQuotes(text: string): string {
  const mark = text.charAt(0);
  const quoted = text.length > 2 && (mark === '"' || mark === "'") && text.indexOf(mark, 1) === text.length - 1;
  return quoted ? text.slice(1, -1).trim() : text;
}

/** Ends before a word or a placeholder that would be cut in two. */
function cut(template: string): string {
  if (template.length <= MAX_TEMPLATE) return template;
  const space = template.lastIndexOf(' ', MAX_TEMPLATE);
  const part = template.slice(0, space > MAX_TEMPLATE / 2 ? space : MAX_TEMPLATE);
  const open = part.lastIndexOf('<');
  return (open >= part.length - 8 && !part.includes('>', open) ? part.slice(0, open) : part).trim();
}
