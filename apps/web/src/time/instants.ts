/*
 * Times come as RFC 3339 in UTC, exact to the nanosecond. A Date ends at the millisecond, so the fraction is never put
 * through one: it is kept as the digits that were sent.
 */

const FORM = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;
const NANOS_A_MS = 1_000_000n;

/** Nanoseconds since 1970; null for what is no time. */
export function nanosOf(time: string): bigint | null {
  const [, whole, fraction = ''] = FORM.exec(time) ?? [];
  const ms = whole === undefined ? Number.NaN : Date.parse(`${whole}Z`);
  return Number.isNaN(ms) ? null : BigInt(ms) * NANOS_A_MS + BigInt(fraction.padEnd(9, '0'));
}

/** Milliseconds since 1970 for charts and "2 min ago"; NaN for what is no time. */
export function millisOf(time: string): number {
  const nanos = nanosOf(time);
  return nanos === null ? Number.NaN : Number(nanos / NANOS_A_MS);
}

/** Milliseconds from one time to another, with their fraction. */
export function millisBetween(from: string, to: string): number {
  const [start, end] = [nanosOf(from), nanosOf(to)];
  return start === null || end === null ? 0 : Number(end - start) / 1e6;
}

export interface LocalTime {
  /** `Nov 21` or, of another year, `2025-04-16`; empty today. */
  readonly day: string;
  /** `14:03:22` in the zone of this machine. */
  readonly clock: string;
  /** `.123`, `.123456` or `.123456789`: at least milliseconds, and all digits that were sent. */
  readonly fraction: string;
}

const pad = (value: number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time in the zone of this machine, or null for what is no time. */
export function localTime(time: string, now = new Date()): LocalTime | null {
  const [, whole, fraction = ''] = FORM.exec(time) ?? [];
  if (whole === undefined) return null;
  const date = new Date(`${whole}Z`);
  if (Number.isNaN(date.getTime())) return null;
  return {
    day: dayOf(date, now),
    clock: `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`,
    fraction: `.${fraction.padEnd(3, '0')}`,
  };
}

function dayOf(date: Date, now: Date): string {
  if (date.getFullYear() !== now.getFullYear()) {
    return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  }
  const today = date.getMonth() === now.getMonth() && date.getDate() === now.getDate();
  return today ? '' : `${MONTHS[date.getMonth()] ?? ''} ${date.getDate()}`;
}

/** `just now`, `40 s ago`, `5 min ago`, `3 h ago`, `12 d ago`; `in 5 min` for clocks that are ahead. */
export function ago(time: string, now = Date.now()): string {
  const ms = now - millisOf(time);
  if (Number.isNaN(ms)) return 'unknown';
  if (Math.abs(ms) < 2_000) return 'just now';
  const text = span(Math.abs(ms));
  return ms < 0 ? `in ${text}` : `${text} ago`;
}

function span(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** A length of time: `0.42 ms`, `12.3 ms`, `3.02 s`, `2 min 5 s`, `3 h 12 min`. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 0.001) return `${Math.round(ms * 1e6)} ns`;
  if (ms < 1) return `${digits(ms * 1_000)} µs`;
  if (ms < 1_000) return `${digits(ms)} ms`;
  if (ms < 60_000) return `${digits(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.round(minutes / 1_440)} d`;
}

/** Three digits that say something. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
