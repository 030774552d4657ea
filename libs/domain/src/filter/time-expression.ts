import { epochDecimals, instantOfEpochNanos, type Instant } from '../instant.js';
import { parseTimestampText } from '../timestamp.js';

export type TimeOutcome = { readonly ok: true; readonly instant: Instant } | { readonly ok: false; readonly reason: string };

const BILLION = 1_000_000_000n;
/** Nanoseconds of each unit. */
const UNITS: Readonly<Record<string, bigint>> = {
  ms: 1_000_000n,
  s: BILLION,
  m: 60n * BILLION,
  h: 3_600n * BILLION,
  d: 86_400n * BILLION,
  w: 604_800n * BILLION,
};
const HINT = 'write 2026-01-31T12:00:00Z, -1h, now, or an epoch in s, ms, us or ns';

/**
 * A time as people and programs write it: RFC 3339 (a date alone is its midnight in UTC); digits, an epoch in seconds (up to
 * 11 digits), milliseconds (12-14), microseconds (15-17) or nanoseconds (18-20); `now`; an offset from now of numbers with the
 * units w, d, h, m, s, ms (`-1h`, `-1d12h`, `now-15m`, `+5m`).
 *
 * @param now what relative times count from
 * @returns the instant, or what is wrong and how to write it
 */
export function parseTime(text: string, now: Instant): TimeOutcome {
  if (/^\d+$/.test(text)) return epoch(text);
  const offset = text.startsWith('now') ? text.slice(3) : text;
  if (offset === '' && text !== '') return { ok: true, instant: now };
  if (offset !== text || /^[+-]/.test(text)) return relative(text, offset, now);
  const parsed = parseTimestampText(text);
  return parsed.ok ? parsed : { ok: false, reason: `${shown(text)} is no time (${parsed.reason}): ${HINT}` };
}

function epoch(digits: string): TimeOutcome {
  if (digits.length > 20) return { ok: false, reason: `${shown(digits)} has too many digits for an epoch: ${HINT}` };
  return within(digits, BigInt(digits + '0'.repeat(epochDecimals(digits.length))));
}

function relative(text: string, offset: string, now: Instant): TimeOutcome {
  const parts = /^[+-]/.test(offset) ? offset.slice(1).match(/\d+[a-z]*|[^\d]+/g) : null;
  let sum = 0n;
  for (const part of parts ?? []) {
    const digits = /^\d{1,9}/.exec(part)?.[0] ?? '';
    const unit = UNITS[part.slice(digits.length)];
    if (digits === '' || unit === undefined) return notRelative(text);
    sum += BigInt(digits) * unit;
  }
  if (parts === null) return notRelative(text);
  const start = BigInt(now.seconds) * BILLION + BigInt(now.nanos);
  return within(text, offset.startsWith('-') ? start - sum : start + sum);
}

function notRelative(text: string): TimeOutcome {
  return { ok: false, reason: `${shown(text)} is no offset from now: write numbers with w, d, h, m, s or ms, such as -1h30m` };
}

function within(text: string, nanos: bigint): TimeOutcome {
  const instant = instantOfEpochNanos(nanos);
  return instant === null
    ? { ok: false, reason: `${shown(text)} lies outside of the years 1 to 9999: ${HINT}` }
    : { ok: true, instant };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
