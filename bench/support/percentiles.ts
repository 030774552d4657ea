/** What a list of durations says, milliseconds. All 0 where the list is empty. */
export interface Durations {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function durationsOf(values: readonly number[]): Durations {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Two digits behind the point: more would pretend to a precision that is not there. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
