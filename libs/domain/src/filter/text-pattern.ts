import type { TextPattern } from './log-filter.js';

/** Whether the text is like the pattern: its parts in their order, the first at the start and the last at the end. */
export function isLike(text: string, pattern: TextPattern): boolean {
  const first = pattern[0] ?? '';
  if (pattern.length <= 1) return text === first;
  const last = pattern[pattern.length - 1] ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of pattern.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The pattern for SQL's LIKE, with `\` as its escape character. */
export function likeOf(pattern: TextPattern): string {
  return pattern.map(likeText).join('%');
}

/** The text for SQL's LIKE, where `%`, `_` and `\` stand for themselves. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
