import { epochMicrosOf, type Instant } from '#domain';

/**
 * An instant as a parameter for `$n::timestamptz`, exact to the microsecond; the rest belongs into `nanos`.
 * Years 0001-9999 print as PostgreSQL reads them.
 */
export function timestampText(instant: Instant): string {
  const micros = epochMicrosOf(instant) % 1_000_000n;
  const fraction = String(micros < 0n ? micros + 1_000_000n : micros).padStart(6, '0');
  const whole = new Date(instant.seconds * 1000).toISOString().slice(0, 19);
  return `${whole}.${fraction}Z`;
}
