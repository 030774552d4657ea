import { daysInMonth, daysOfDate } from './calendar.js';
import { FIRST_SECOND, LAST_SECOND, type Instant, type MutableInstant } from './instant.js';
import { timestampFaultText, type TimestampFault } from './timestamp-fault.js';

/*
 * Every record's timestamp goes through here, so the parser works on the bytes of the wire: no string, no Date,
 * no regular expression, and nothing allocated. Each step reads at a known place after the one before it.
 */

const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;
const POINT = 0x2e;
const COMMA = 0x2c;

/** What the n-th fractional digit is worth, from the first. */
const NANOS_OF_DIGIT = [100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1] as const;

/** Longer than any valid timestamp (35 bytes), so that a longer text shows its fault within it. */
const TEXT_BYTES_READ = 64;

/**
 * Reads an RFC 3339 / ISO 8601 timestamp from `bytes[start, end)` into `out`.
 *
 * - `YYYY-MM-DD`, alone (midnight UTC) or followed by `T`, `t` or a space and `hh:mm:ss`.
 * - Then 1-9 fractional digits after `.` or `,`; more are refused, never rounded.
 * - Then `Z`, `z`, `+hh:mm`, `+hhmm` or `+hh` (`-` likewise), up to 23:59. No zone means UTC.
 * - Real calendar days only. Second 60 is the second that follows :59, as POSIX counts, and allowed only where UTC can
 *   have a leap second: in minute 59 of a UTC hour.
 * - The year as written may be 0000-9999; the instant in UTC must lie in the years 0001-9999.
 *
 * Returns null on success, else what is wrong; `out` is changed on success only. Never throws for any bytes
 * within the array.
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number, out: MutableInstant): TimestampFault | null {
  if (end - start < 10 || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return 'date';
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (century < 0 || yearOfCentury < 0 || month < 0 || day < 0) return 'date';
  const year = century * 100 + yearOfCentury;
  if (month < 1 || month > 12) return 'month';
  if (day < 1 || day > daysInMonth(year, month)) return 'day';

  let at = start + 10;
  let seconds = daysOfDate(year, month, day) * 86_400;
  let nanos = 0;
  if (at < end) {
    const separator = bytes[at];
    if (separator !== 0x54 && separator !== 0x74 && separator !== 0x20) return 'separator';
    if (end - at < 9 || bytes[at + 3] !== COLON || bytes[at + 6] !== COLON) return 'time';
    const hour = twoDigits(bytes, at + 1);
    const minute = twoDigits(bytes, at + 4);
    const second = twoDigits(bytes, at + 7);
    if (hour < 0 || minute < 0 || second < 0) return 'time';
    if (hour > 23) return 'hour';
    if (minute > 59) return 'minute';
    if (second > 60) return 'second';
    seconds += hour * 3600 + minute * 60 + second;
    at += 9;

    if (at < end && (bytes[at] === POINT || bytes[at] === COMMA)) {
      const first = ++at;
      for (; at < end; at++) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        const worth = NANOS_OF_DIGIT[at - first];
        if (worth === undefined) return 'fraction-too-long';
        nanos += digit * worth;
      }
      if (at === first) return 'fraction';
    }

    let offsetMinutes = 0;
    if (at < end) {
      offsetMinutes = zoneOffset(bytes, at, end);
      if (offsetMinutes === NO_ZONE) return 'zone';
      if (offsetMinutes === BAD_OFFSET) return 'offset';
      if (offsetMinutes === TRAILING) return 'trailing';
      seconds -= offsetMinutes * 60;
    }
    if (second === 60 && (minute - offsetMinutes + 1) % 60 !== 0) return 'leap-second';
  }
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return 'range';
  out.seconds = seconds;
  out.nanos = nanos;
  return null;
}

/** The same for a text: the instant, or one sentence that says what is wrong and what is expected. */
export function parseTimestampText(
  text: string,
): { readonly ok: true; readonly instant: Instant } | { readonly ok: false; readonly reason: string } {
  const length = Math.min(text.length, TEXT_BYTES_READ);
  const bytes = new Uint8Array(length);
  // What lies outside ASCII becomes a byte that no timestamp holds.
  for (let i = 0; i < length; i++) bytes[i] = Math.min(text.charCodeAt(i), 0xff);
  const instant = { seconds: 0, nanos: 0 };
  const fault = parseTimestamp(bytes, 0, length, instant);
  return fault === null ? { ok: true, instant } : { ok: false, reason: timestampFaultText(fault) };
}

/** What `zoneOffset` gives for a zone that can't be read; beyond every offset in minutes. */
const NO_ZONE = 10_000;
const BAD_OFFSET = 10_001;
const TRAILING = 10_002;

/** Minutes that the zone in `bytes[at, end)` is ahead of UTC, or one of the three codes above. */
function zoneOffset(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at];
  if (sign === 0x5a || sign === 0x7a) return at + 1 === end ? 0 : TRAILING;
  if ((sign !== PLUS && sign !== MINUS) || end - at < 3) return NO_ZONE;
  const hours = twoDigits(bytes, at + 1);
  if (hours < 0) return NO_ZONE;
  let minutes = 0;
  let after = at + 3;
  if (after < end) {
    if (bytes[after] === COLON) after++;
    minutes = end - after < 2 ? -1 : twoDigits(bytes, after);
    if (minutes < 0) return NO_ZONE;
    after += 2;
  }
  if (hours > 23 || minutes > 59) return BAD_OFFSET;
  if (after < end) return TRAILING;
  const offset = hours * 60 + minutes;
  return sign === MINUS ? -offset : offset;
}

/** The number that two ASCII digits write; negative where they are not two digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}
