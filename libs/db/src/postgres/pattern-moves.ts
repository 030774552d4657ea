import type { TracePattern } from '#domain';
import { compareKeys } from './compare-keys.js';

/** What one trace counted as before a DAG was written, and what it counts as now; times are its first error, microseconds since 1970. */
export interface TraceMove {
  readonly tenant: string;
  readonly before: { readonly patternId: string; readonly micros: bigint } | null;
  readonly now: { readonly pattern: TracePattern; readonly micros: bigint } | null;
}

/** What a batch does to one pattern. */
export interface PatternMove {
  readonly tenant: string;
  readonly id: string;
  /** Null where traces only left or changed their times. */
  readonly joined: { readonly pattern: TracePattern; readonly first: bigint; readonly last: bigint } | null;
  readonly delta: number;
  /** True where its first and last seen may have come closer: a trace left or changed its time. */
  readonly narrowed: boolean;
}

/** What a batch does to one hour of a pattern. */
export interface HourMove {
  readonly tenant: string;
  readonly patternId: string;
  /** Microseconds since 1970. */
  readonly hour: bigint;
  readonly delta: number;
}

const HOUR = 3_600_000_000n;

/**
 * Sums up a batch, so that each pattern and each hour is written once, in the order of their keys: several builders then
 * lock them in one order. What doesn't change anything is left out.
 */
export function patternMovesOf(traces: readonly TraceMove[]): { patterns: PatternMove[]; hours: HourMove[] } {
  const patterns = new Map<string, PatternMove>();
  const hours = new Map<string, HourMove>();
  for (const { tenant, before, now } of traces) {
    const stays = before !== null && now !== null && before.patternId === now.pattern.id;
    if (stays && before.micros === now.micros) continue;
    if (before !== null) {
      merge(patterns, { tenant, id: before.patternId, joined: null, delta: stays ? 0 : -1, narrowed: true });
      addHour(hours, { tenant, patternId: before.patternId, hour: hourOf(before.micros), delta: -1 });
    }
    if (now !== null) {
      const { pattern, micros } = now;
      // A trace that stays is no new occurrence: it can't make a regression.
      const joined = stays ? null : { pattern, first: micros, last: micros };
      merge(patterns, { tenant, id: pattern.id, joined, delta: stays ? 0 : 1, narrowed: stays });
      addHour(hours, { tenant, patternId: pattern.id, hour: hourOf(micros), delta: 1 });
    }
  }
  return {
    patterns: [...patterns.values()].sort((a, b) => compareKeys(a.tenant, b.tenant) || compareKeys(a.id, b.id)),
    hours: [...hours.values()]
      .filter(({ delta }) => delta !== 0)
      .sort((a, b) => compareKeys(a.tenant, b.tenant) || compareKeys(a.patternId, b.patternId) || compareKeys(a.hour, b.hour)),
  };
}

function merge(patterns: Map<string, PatternMove>, move: PatternMove): void {
  const key = JSON.stringify([move.tenant, move.id]);
  const known = patterns.get(key);
  patterns.set(key, known === undefined ? move : sumOf(known, move));
}

function sumOf(a: PatternMove, b: PatternMove): PatternMove {
  const joined =
    a.joined !== null && b.joined !== null
      ? { pattern: a.joined.pattern, first: min(a.joined.first, b.joined.first), last: max(a.joined.last, b.joined.last) }
      : (a.joined ?? b.joined);
  return { ...a, joined, delta: a.delta + b.delta, narrowed: a.narrowed || b.narrowed };
}

function addHour(hours: Map<string, HourMove>, move: HourMove): void {
  const key = JSON.stringify([move.tenant, move.patternId, String(move.hour)]);
  hours.set(key, { ...move, delta: (hours.get(key)?.delta ?? 0) + move.delta });
}

/** The hour that the instant lies in, before 1970 too. */
function hourOf(micros: bigint): bigint {
  return micros - (((micros % HOUR) + HOUR) % HOUR);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
