import { formatInstant, type Instant } from '#domain';
import type { FieldValues, LogHistogram } from '../generated/query.js';

/** A histogram as the store counted it. */
export interface CountedHistogram {
  readonly from: Instant;
  readonly to: Instant;
  readonly stepMs: number;
  readonly series: readonly { readonly key: string; readonly counts: readonly number[] }[];
  readonly partial: boolean;
  readonly countedFrom: Instant;
}

/** A histogram as `query.LogHistogram`. */
export function histogramToWire({ from, to, stepMs, series, partial, countedFrom }: CountedHistogram): LogHistogram {
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    stepMs: String(stepMs),
    series: series.map(({ key, counts }) => ({ key, counts: counts.map(String) })),
    partial,
    countedFrom: formatInstant(countedFrom),
  };
}

/** Values with their counts as `query.FieldValues`. */
export function fieldValuesToWire(found: {
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly partial: boolean;
  readonly countedFrom: Instant;
}): FieldValues {
  return {
    values: found.values.map(({ value, count }) => ({ value, count: String(count) })),
    partial: found.partial,
    countedFrom: formatInstant(found.countedFrom),
  };
}
