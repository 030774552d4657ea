import type { TraceRecord } from '../error-dag.js';

const QUOTED = 120;
const NAMED = 60;
export const LONGEST_EVIDENCE = 1000;

/** `850 ms`, `3,000 ms`, `12.5 s`, `4.1 min`. */
export function durationText(ms: number): string {
  const rounded = Math.round(ms);
  if (rounded < 10_000) return `${rounded.toLocaleString('en-US')} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** How far into the trace: `4.2 s in`, `12 ms in`, `at its start`. */
export function offsetText(ms: number): string {
  if (ms < 0.5) return 'at the start of the trace';
  if (ms < 1000) return `${Math.round(ms)} ms in`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s in` : `${(ms / 60_000).toFixed(1)} min in`;
}

/** The first line of a message, quoted and cut. */
export function quoted(message: string): string {
  const line = (/[^\r\n]+/.exec(message)?.[0] ?? '').trim();
  return `"${cut(line, QUOTED)}"`;
}

export function quotedRecord(record: TraceRecord | null): string {
  return record === null ? '' : quoted(record.message);
}

export function serviceText(service: string): string {
  return service === '' ? 'a service without a name' : cut(service, NAMED);
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`. */
export function listText(items: readonly string[]): string {
  const shown = items.length > 4 ? [...items.slice(0, 3), `${items.length - 3} more`] : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** Cut to a length without tearing a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 2)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
