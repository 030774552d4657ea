/*
 * Rules over a masked text: parts that belong together become one, and lists of any length read alike. Each repetition begins
 * with a placeholder or a bracket, so that no rule looks at a character more than a few times.
 */

const UNIT =
  '(?:ns|us|µs|μs|ms|msecs?|millis|milliseconds?|microseconds?|nanoseconds?|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|days?)';
const DURATION = new RegExp(`<num> ?${UNIT}(?![0-9A-Za-z_])`, 'g');
const DURATIONS = /<dur>(?:,? (?:and )?<dur>)+/g;
const SIZE = /<num> ?[kKMGT]i?B(?![0-9A-Za-z_])/g;
const TIMES = /<time>(?:,? <time>)+/g;
const DOTTED = /<(num|hex|id)>(?:[.:]<(?:num|hex|id)>)+/g;
/** More items than this are a long list. */
const LIST_ITEMS = 6;
const BRACKETS = /\[[^[\]]*\]/g;

/** @param text what maskText gives */
export function mergePlaceholders(text: string): string {
  const merged = text
    .replace(DURATION, '<dur>')
    .replace(DURATIONS, '<dur>')
    .replace(SIZE, '<num>')
    .replace(TIMES, '<time>')
    .replace(DOTTED, (all, kind: string) => (all.replaceAll(`<${kind}>`, '').length < all.length / 4 ? `<${kind}>` : '<id>'));
  return withoutLongLists(withoutRepeats(merged));
}

/** `<num>, <num>, <num>` is `<num>`, and `order-<id>, order-<id>` is `order-<id>`: an item that repeats the one before goes. */
function withoutRepeats(text: string): string {
  if (!text.includes(',')) return text;
  const items = text.split(',');
  let out = items[0] ?? '';
  let last = lastWord(out);
  for (const item of items.slice(1)) {
    const word = item.trim();
    // The last item goes on with the sentence: `<num>, <num> are missing`.
    const head = /^[^\s)\]}]*/.exec(word)?.[0] ?? '';
    if (head !== '' && head === last && head.includes('<')) {
      const rest = word.slice(head.length);
      out += rest;
      if (rest !== '') last = lastWord(out);
    } else {
      out += `,${item}`;
      last = lastWord(word);
    }
  }
  return out;
}

function lastWord(text: string): string {
  return /[^\s([{]*$/.exec(text.slice(-200))?.[0] ?? '';
}

function withoutLongLists(text: string): string {
  if (!text.includes('[')) return text;
  return text.replace(BRACKETS, (list) => (list.split(',').length > LIST_ITEMS ? '[<list>]' : list));
}
