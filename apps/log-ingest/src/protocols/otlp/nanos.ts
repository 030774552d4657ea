import type { MutableInstant } from '#domain';

const NANOS_A_SECOND = 1_000_000_000;

/** Nanoseconds since 1970, in unsigned halves of 32 bits, as an instant: exact by long division in 16-bit digits. */
export function instantOfNanos(low: number, high: number, out: MutableInstant): void {
  let seconds = 0;
  let nanos = 0;
  for (let digit = 3; digit >= 0; digit--) {
    const half = digit > 1 ? high : low;
    const dividend = nanos * 65_536 + ((digit & 1) === 1 ? half >>> 16 : half & 0xffff);
    const quotient = Math.floor(dividend / NANOS_A_SECOND);
    seconds = seconds * 65_536 + quotient;
    nanos = dividend - quotient * NANOS_A_SECOND;
  }
  out.seconds = seconds;
  out.nanos = nanos;
}
