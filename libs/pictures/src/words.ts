import { epochMicrosOf, type Instant } from '#domain';
import type { Box, SpanBox } from './picture.js';

/** `1 span`, `2 spans`, `1,234 spans`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

/**
 * A text that a picture can show on one line: what XML forbids, and what would turn the direction of the text around it,
 * becomes U+FFFD; white space becomes a space.
 */
export function plain(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '\ufffd');
}

/** At most so many characters, the last of which says that more follow. */
export function shortened(text: string, most: number): string {
  const characters = [...plain(text)];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

/** Time between two instants: `+0 ms`, `+1.25 s`, `+3.5 min`. */
export function offset(from: Instant, to: Instant): string {
  const ms = Number(epochMicrosOf(to) - epochMicrosOf(from)) / 1_000;
  if (ms < 1_000) return `+${ms < 10 ? trimmed(ms, 2) : trimmed(ms, 0)} ms`;
  return ms < 120_000
    ? `+${trimmed(ms / 1_000, 2)} s`
    : ms < 7_200_000
      ? `+${trimmed(ms / 60_000, 1)} min`
      : `+${trimmed(ms / 3_600_000, 1)} h`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** What a span's part in the failure is called; empty where it had none. */
export function partOf({ node, cause }: SpanBox): string {
  if (cause !== null) return cause.of === 1 ? 'root cause' : `cause ${cause.place} of ${cause.of}`;
  return node.role === '' && node.errorCount > 0 ? 'error' : node.role;
}

/** The lines of a box: its name, what happened, where it is found. */
export function linesOf(box: Box, start: Instant): readonly [string, string, string] {
  if (box.kind === 'missing') return ['not recorded', 'this parent sent nothing', box.spanId];
  if (box.kind === 'group') {
    const part = box.erring === 0 ? 'all healthy' : `${box.erring.toLocaleString('en-US')} with a part in the failure`;
    return [counted(box.spans, 'more span'), part, 'collapsed'];
  }
  const { node } = box;
  const errors = node.errorCount === 0 ? counted(node.logCount, 'log') : counted(node.errorCount, 'error');
  const name = node.service === '' ? '(no service)' : node.service;
  return [
    name,
    `${node.level} · ${errors} · ${offset(start, node.firstTime)}`,
    node.synthetic ? 'errors without a span' : node.id,
  ];
}
