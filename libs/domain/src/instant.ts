/**
 * A point on the UTC time line, exact to the nanosecond.
 *
 * JavaScript's Date ends at the millisecond, so records carry this instead.
 */
export interface Instant {
  /** Whole seconds since 1970-01-01T00:00:00Z; negative before it. Years 0001-9999. */
  readonly seconds: number;
  /** Nanoseconds after `seconds`, 0 to 999,999,999. */
  readonly nanos: number;
}

/** An instant that a parser on a hot path writes into, so that it allocates nothing. */
export interface MutableInstant {
  seconds: number;
  nanos: number;
}

/** `seconds` of 0001-01-01T00:00:00Z, the first instant that a record can carry. */
export const FIRST_SECOND = -62_135_596_800;

/** `seconds` of 9999-12-31T23:59:59Z, the last second that a record can carry. */
export const LAST_SECOND = 253_402_300_799;

/** Negative where `a` is earlier, positive where it is later, 0 where they are the same instant. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

/** The instant of whole milliseconds since 1970 (a fraction is cut off), as Date.now() gives them. */
export function instantOfEpochMillis(ms: number): Instant {
  const whole = Math.floor(ms);
  const seconds = Math.floor(whole / 1000);
  return { seconds, nanos: (whole - seconds * 1000) * 1_000_000 };
}

/**
 * The instant of microseconds since 1970 (negative before it) and the nanoseconds beside them, 0 to 999:
 * the two columns that a time is stored in.
 */
export function instantOfEpochMicros(micros: bigint, extraNanos: number): Instant {
  const near = Number(micros);
  if (Number.isSafeInteger(near)) {
    const seconds = Math.floor(near / 1_000_000);
    return { seconds, nanos: (near - seconds * 1_000_000) * 1000 + extraNanos };
  }
  // Before 1684 and after 2255 the count is beyond what a double holds exactly.
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return { seconds: Number((micros - rest) / 1_000_000n), nanos: Number(rest) * 1000 + extraNanos };
}

/** Whole microseconds since 1970, rounded towards the past; `subMicrosecondNanosOf` gives the rest. */
export function epochMicrosOf(instant: Instant): bigint {
  return BigInt(instant.seconds) * 1_000_000n + BigInt(Math.floor(instant.nanos / 1000));
}

/** The nanoseconds that `epochMicrosOf` leaves out, 0 to 999. */
export function subMicrosecondNanosOf(instant: Instant): number {
  return instant.nanos % 1000;
}

/** Null outside of the years 0001 to 9999. */
export function instantOfEpochNanos(nanos: bigint): Instant | null {
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = Number((nanos - rest) / 1_000_000_000n);
  return seconds < FIRST_SECOND || seconds > LAST_SECOND ? null : { seconds, nanos: Number(rest) };
}

/**
 * How many decimals a nanosecond is to an epoch of so many digits: up to 11 are seconds (9), 12 to 14 milliseconds (6), 15 to 17
 * microseconds (3), more nanoseconds (0). Right for the years 1973 to 5138.
 */
export function epochDecimals(digits: number): 0 | 3 | 6 | 9 {
  return digits <= 11 ? 9 : digits <= 14 ? 6 : digits <= 17 ? 3 : 0;
}
