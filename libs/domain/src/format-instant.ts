import { dateOfDays } from './calendar.js';
import { FIRST_SECOND, LAST_SECOND, type Instant } from './instant.js';

/**
 * The instant in UTC with 0, 3, 6 or 9 fractional digits, as protobuf-JSON prints a Timestamp: `2025-04-16T14:30:00Z`,
 * `0001-01-01T00:00:00.000000001Z`.
 *
 * Throws RangeError for an instant outside the years 0001-9999: no record can carry one.
 * Source: google/protobuf/timestamp.proto, "JSON Mapping".
 */
export function formatInstant(instant: Instant): string {
  const { seconds, nanos } = instant;
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanos >= 0 && nanos <= 999_999_999)) {
    throw new RangeError(`instant ${seconds} s + ${nanos} ns lies outside the years 0001-9999`);
  }
  const days = Math.floor(seconds / 86_400);
  const secondOfDay = seconds - days * 86_400;
  const { year, month, day } = dateOfDays(days);
  const hour = Math.floor(secondOfDay / 3600);
  const minute = Math.floor(secondOfDay / 60) % 60;
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hour)}:${two(minute)}:${two(secondOfDay % 60)}${fraction(nanos)}Z`;
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  if (nanos % 1_000_000 === 0) return `.${String(nanos / 1_000_000).padStart(3, '0')}`;
  if (nanos % 1000 === 0) return `.${String(nanos / 1000).padStart(6, '0')}`;
  return `.${String(nanos).padStart(9, '0')}`;
}
