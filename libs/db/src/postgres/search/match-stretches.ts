import type { QueryConfig } from 'pg';
import type { Condition } from '#domain';
import type { SearchPosition } from '../../api/log-search.js';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { BoundValues } from './bound-values.js';
import { TIMED_OUT, type BoundedReads, type TimeBudget } from './bounded-reads.js';
import { conditionSql } from './condition-sql.js';
import { readCountedDays } from './counted-cells.js';

/** Cells that a statement looks at. */
const CELLS = 2_000;
const TIMEOUT_MS = 300;

/** Where the next match may lie, going back in time. */
export type NextMatch =
  /** Not after `before`, and all between there and `from` is to be searched. Seconds since 1970. */
  | { readonly kind: 'stretch'; readonly from: number; readonly before: number }
  /** No record before the place matches. */
  | { readonly kind: 'none' }
  /** Nobody knows: search everything. */
  | { readonly kind: 'unknown' };

interface Stretch {
  readonly from: number;
  readonly before: number;
}

/**
 * The stretches of time in which a tenant's records may match, by their services and levels as they were counted when they were
 * stored (counted-cells.ts): a search for something rare leaps over the rest. Read piece by piece, the newest first.
 *
 * What has just been stored and is not folded yet is read before the folded counts: so no record that was there before goes unseen.
 */
export class MatchStretches {
  /** Newest first, apart from each other. */
  private readonly stretches: Stretch[] = [];
  /** From here on all is known, seconds since 1970. */
  private knownFrom = Infinity;
  /** Cells with matches that are not folded yet, seconds since 1970. */
  private fresh: readonly number[] = [];
  private state: 'unread' | 'read' | 'unknown' = 'unread';

  constructor(
    private readonly reads: BoundedReads,
    private readonly budget: TimeBudget,
    private readonly tenant: string,
    /** Of services and levels only. */
    private readonly condition: Condition,
    /** Nothing before it is asked for. */
    private readonly low: SearchPosition,
  ) {}

  /** @param position nothing after it is asked for; no later than the one before */
  async before(position: SearchPosition): Promise<NextMatch> {
    // The second in which the next record may lie.
    const { time, id } = position;
    const at = time.nanos === 0 && id === '' ? time.seconds - 1 : time.seconds;
    if (this.state === 'unread') await this.begin(at);
    for (;;) {
      if (this.state === 'unknown') return { kind: 'unknown' };
      while ((this.stretches[0]?.from ?? -Infinity) > at) this.stretches.shift();
      const [stretch] = this.stretches;
      const allKnown = this.knownFrom <= this.low.time.seconds;
      // What is known may end within a stretch.
      if (stretch !== undefined && (stretch.from > this.knownFrom || allKnown)) return { kind: 'stretch', ...stretch };
      if (allKnown) return { kind: 'none' };
      // The next window ends the page, behind all that is known by now.
      if (this.budget.leftMs <= 0) return { kind: 'stretch', from: this.low.time.seconds, before: this.knownFrom };
      await this.readMore();
    }
  }

  private async begin(at: number): Promise<void> {
    this.state = 'unknown';
    if (typeof (await this.reads.once(readCountedDays, TIMEOUT_MS)) !== 'string') return;
    const fresh = await this.reads.objects<{ start: number }>(freshStatement(this.tenant, this.condition), TIMEOUT_MS);
    if (fresh === TIMED_OUT) return;
    this.state = 'read';
    this.fresh = fresh.map(({ start }) => start);
    this.knownFrom = at + CELL_SECONDS;
  }

  private async readMore(): Promise<void> {
    const cells = await this.reads.objects<{ start: number; matches: boolean }>(
      foldedStatement(this.tenant, this.condition, this.knownFrom),
      TIMEOUT_MS,
    );
    if (cells === TIMED_OUT) {
      this.state = 'unknown';
      return;
    }
    const last = cells.at(-1);
    // The last cell's other days of receipt may be cut off.
    const knownFrom = cells.length < CELLS || last === undefined ? -Infinity : last.start + CELL_SECONDS;
    if (knownFrom >= this.knownFrom) {
      this.state = 'unknown';
      return;
    }
    const fresh = this.fresh.filter((start) => start >= knownFrom && start < this.knownFrom);
    const starts = cells.filter(({ start, matches }) => matches && start >= knownFrom).map(({ start }) => start);
    for (const start of [...starts, ...fresh].sort((a, b) => b - a)) this.add(start);
    this.knownFrom = knownFrom;
  }

  private add(start: number): void {
    const last = this.stretches.at(-1);
    if (last !== undefined && start >= last.from - CELL_SECONDS) {
      this.stretches[this.stretches.length - 1] = { from: Math.min(last.from, start), before: last.before };
    } else this.stretches.push({ from: start, before: start + CELL_SECONDS });
  }
}

function freshStatement(tenant: string, condition: Condition): QueryConfig {
  const bound = new BoundValues();
  const text = `
    SELECT DISTINCT extract(epoch FROM line.starts_at)::float8 AS start
    FROM new_log_counts n, unnest(n.tenants, n.starts_at, n.services, n.severities) AS line (tenant, starts_at, service, severity)
    WHERE line.tenant = ${bound.add(tenant)} AND ${conditionSql(condition, bound)}`;
  return { text, values: bound.values };
}

/** The newest cells before a moment. Rows: `start`, seconds since 1970, and whether one of its lines `matches`. */
function foldedStatement(tenant: string, condition: Condition, before: number): QueryConfig {
  const bound = new BoundValues();
  const text = `
    SELECT extract(epoch FROM c.starts_at)::float8 AS start,
      EXISTS (SELECT FROM unnest(c.services, c.severities) AS line (service, severity) WHERE ${conditionSql(condition, bound)}) AS matches
    FROM (
      SELECT starts_at, services, severities FROM log_counts
      WHERE tenant = ${bound.add(tenant)} AND starts_at < to_timestamp(${bound.add(before)}::float8)
      ORDER BY starts_at DESC LIMIT ${CELLS}
    ) AS c
    ORDER BY c.starts_at DESC`;
  return { text, values: bound.values };
}
