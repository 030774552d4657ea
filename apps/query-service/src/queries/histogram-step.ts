import { FIRST_SECOND, instantOfEpochMillis, parseTime, type Instant } from '#domain';
import { invalidField } from '#platform';

/** Widths that people read well, in milliseconds: each at most 2.5 times the one before. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 8, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000].map((n) => n * DAY),
];
const TARGET_BUCKETS = 100;
const MIN_BUCKETS = 30;
const MAX_BUCKETS = 10_000;

/**
 * Milliseconds of a bucket: what was asked for, else the round width that comes next to 100 buckets and gives 30 to 200.
 * @throws INVALID_ARGUMENT where it can't be read or gives too many buckets
 */
export function stepOf(text: string, from: Instant, to: Instant): number {
  const spanMs = Math.max(1, Math.ceil((to.seconds - from.seconds) * 1000 + (to.nanos - from.nanos) / 1_000_000));
  if (text === '') return fitting(spanMs);
  const parsed = parseTime(`+${text}`, { seconds: 0, nanos: 0 });
  const step =
    parsed.ok && !/^[+-]/.test(text) ? parsed.instant.seconds * 1000 + Math.floor(parsed.instant.nanos / 1_000_000) : 0;
  if (step < 1) throw invalidField('step', 'is no width: write a number with w, d, h, m, s or ms, such as 30s or 5m');
  const buckets = Math.ceil(spanMs / step);
  if (buckets > MAX_BUCKETS) {
    throw invalidField('step', `gives ${buckets} buckets, more than ${MAX_BUCKETS}: make it wider or leave it out`);
  }
  return step;
}

/** The last instant at or before this one that is a whole multiple of the step since 1970, and no year before 1. */
export function roundBefore(instant: Instant, stepMs: number): Instant {
  const ms = instant.seconds * 1000 + Math.floor(instant.nanos / 1_000_000);
  const round = Math.floor(ms / stepMs) * stepMs;
  return round < FIRST_SECOND * 1000 ? instant : instantOfEpochMillis(round);
}

function fitting(spanMs: number): number {
  const ideal = spanMs / TARGET_BUCKETS;
  const step = STEPS.find((one) => one >= ideal) ?? ideal;
  const last = STEPS[STEPS.indexOf(step) - 1];
  return Math.ceil(spanMs / step >= MIN_BUCKETS || last === undefined ? step : last);
}
