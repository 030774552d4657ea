import { epochDecimals, formatInstant, instantOfEpochNanos, parseTimestampText } from '#domain';

const EPOCH = /^(-?)(\d{1,20})(?:\.(\d{1,30}))?$/;

/**
 * A sender's time as the contract's timestamp: RFC 3339 / ISO 8601 as it is; a number, or digits, as an epoch in seconds
 * (up to 11 digits, with fraction), milliseconds (to 14), microseconds (to 17) or nanoseconds, told apart by its length.
 *
 * @returns null where it is no time, or one outside of the years 0001-9999
 */
export function timestampOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? epochText(String(value)) : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return parseTimestampText(text).ok ? text : epochText(text);
}

/** Nanoseconds since 1970 as digits. */
export function timestampOfNanos(digits: string): string | null {
  return /^-?\d{1,20}$/.test(digits) ? textOf(BigInt(digits)) : null;
}

function epochText(text: string): string | null {
  const [, sign, whole, fraction = ''] = EPOCH.exec(text) ?? [];
  if (whole === undefined) return null;
  const decimals = epochDecimals(whole.length);
  const nanos = BigInt(whole + fraction.padEnd(decimals, '0').slice(0, decimals));
  return textOf(sign === '-' ? -nanos : nanos);
}

function textOf(nanos: bigint): string | null {
  const instant = instantOfEpochNanos(nanos);
  return instant && formatInstant(instant);
}
