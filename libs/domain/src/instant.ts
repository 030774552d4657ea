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
