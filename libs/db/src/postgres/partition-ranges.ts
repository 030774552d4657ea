/**
 * Which ranges of receipt time the partitions of `logs` cover. Pure functions; times are milliseconds since 1970, a range
 * holds its `from` and not its `to`.
 *
 * Every partition costs every look-up by trace about 10 us (docs/adr/009), so their number is capped: a partition is wide
 * enough that about a dozen hold what is kept.
 */

export interface TimeRange {
  /** -Infinity where nothing bounds it. */
  readonly from: number;
  /** Infinity where nothing bounds it. */
  readonly to: number;
}

export const DAY_MS = 86_400_000;
/** Partitions that the kept days are divided into; one or two more exist for the days ahead and the one that is expiring. */
const KEPT_PARTITIONS = 12;
/** Where size bounds what is kept: what goes at once is to be small beside what stays. */
const CAPPED_PARTITIONS = 36;
/** Width for a retention of 30 days, which is the variable's default. */
export const DEFAULT_PARTITION_DAYS = 3;

/**
 * Whole UTC days that a new partition spans: 30 days of retention -> 3, 90 -> 8, 720 -> 60; a third of that where size is capped too.
 * @param maxBytes what retention keeps at most; null: no bound
 */
export function partitionWidthDays(retentionDays: number, maxBytes: number | null = null): number {
  return Math.max(1, Math.ceil(retentionDays / (maxBytes === null ? KEPT_PARTITIONS : CAPPED_PARTITIONS)));
}

/** First millisecond of the UTC day that holds `ms`. */
export function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** The cell that holds `ms` of the grid that divides time, from 1970 on, into cells of that many days. */
export function gridCell(ms: number, widthDays: number): TimeRange {
  const width = widthDays * DAY_MS;
  const from = Math.floor(ms / width) * width;
  return { from, to: from + width };
}

/**
 * What is to be made so that a day is covered: nothing where it is, else its grid cell, clipped against what exists. More
 * than one range only where an existing one begins or ends within the day.
 *
 * The neighbours may have any width: RETENTION_DAYS changes, and older versions made partitions of one day.
 *
 * @param dayMs start of the day
 * @param existing in any order, without overlaps
 */
export function missingRanges(dayMs: number, widthDays: number, existing: readonly TimeRange[]): TimeRange[] {
  const cell = gridCell(dayMs, widthDays);
  const missing: TimeRange[] = [];
  for (let at = dayMs; at < dayMs + DAY_MS;) {
    const covering = existing.find(({ from, to }) => from <= at && at < to);
    if (covering !== undefined) {
      at = covering.to;
      continue;
    }
    const from = existing.reduce((start, range) => (range.to <= at ? Math.max(start, range.to) : start), cell.from);
    const to = existing.reduce((end, range) => (range.from > at ? Math.min(end, range.from) : end), cell.to);
    missing.push({ from, to });
    at = to;
  }
  return missing;
}
