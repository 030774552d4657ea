import type { QueryConfig } from 'pg';
import type { SearchPosition } from '../../api/log-search.js';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { spansOf, type StoredSpans } from '../sql/put-signature.js';
import { bothDays, type DayRange, type ReceiptSpan } from '../sql/received-within.js';
import { RECORDS_OF_COUNTS, type CountedCell } from '../sql/unsigned-cells.js';
import type { AskedOfCells, CellFacts } from './asked-of-cells.js';
import { BoundValues } from './bound-values.js';
import { TIMED_OUT, type BoundedReads, type TimeBudget } from './bounded-reads.js';
import { conditionSql } from './condition-sql.js';
import { readCountedDays } from './counted-cells.js';
import { comparePositions, placeBefore, type DatedRange } from './time-windows.js';

/** Cells that a statement looks at; fewer at first, as a page may be full soon, and signatures may come from the disk. */
const CELLS = 2_000;
const FIRST_CELLS = 500;
/** Where as many take too long, nothing is gained. */
const FEWEST_CELLS = 20;
const SHRINK = 5;
const TIMEOUT_MS = 300;
/** Pieces of ten seconds that are looked up one by one; more are as dear as all of it. */
const MOST_SPANS = 16;
/** Records between two stretches that are read as fast as another one is looked up, unless other tenants' are many. */
const BRIDGED_RECORDS = 10_000;
const BRIDGED_SECONDS = 20;

/** Time that may hold matches of records that were received on some days. */
interface Stretch extends DatedRange {
  readonly received: DayRange;
}

/** Where the next matches may lie, going back in time. */
export type NextMatches =
  /** Newest first, at least one; from the place down to the last one's start, no other record matches. */
  | { readonly kind: 'stretches'; readonly stretches: readonly DatedRange[] }
  /** No record before the place matches. */
  | { readonly kind: 'none' }
  /** Nobody knows: search everything. */
  | { readonly kind: 'unknown' };

/** What of ten seconds may hold matches; `spans` missing: all. */
interface Match extends Stretch {
  readonly spans?: readonly ReceiptSpan[];
}

type FreshCell = Pick<CountedCell, 'start' | 'day'>;
type FoldedCell = Omit<CountedCell, 'tenant'> &
  CellFacts & { readonly [Column in keyof StoredSpans]: StoredSpans[Column] | null };

/**
 * The stretches of time in which a tenant's records may match, by their services and levels as they were counted when they were
 * stored (counted-cells.ts), and by the texts of cells that are signed (signatures/text-signer.ts): a search for something rare
 * leaps over the rest. Read part by part, the newest first.
 *
 * What has just been stored and is not folded yet is read before the folded counts: so no record that was there before goes unseen.
 * Of a cell that has some of it, all is searched.
 */
export class MatchStretches {
  /** Newest first, apart from each other. */
  private readonly stretches: Match[] = [];
  /** From here on all is known, seconds since 1970. */
  private knownFrom = Infinity;
  /** Cells with matches that are not folded yet. */
  private fresh: readonly FreshCell[] = [];
  /** Records that do not match, from the last stretch back. */
  private skipped = 0;
  /** Of the next statement, and of any. */
  private cells = FIRST_CELLS;
  private mostCells = CELLS;
  private state: 'unread' | 'read' | 'unknown' = 'unread';

  constructor(
    private readonly reads: BoundedReads,
    private readonly budget: TimeBudget,
    private readonly tenant: string,
    private readonly asked: AskedOfCells,
    /** Nothing before it is asked for. */
    private readonly low: SearchPosition,
  ) {}

  /** @param position nothing after it is asked for; no later than the one before */
  async before(position: SearchPosition): Promise<NextMatches> {
    if (this.state === 'unread') await this.begin(position);
    for (;;) {
      if (this.state === 'unknown') return { kind: 'unknown' };
      while (this.stretches[0] && comparePositions(this.stretches[0].low, position) >= 0) this.stretches.shift();
      const allKnown = this.knownFrom <= this.low.time.seconds;
      // What is known may end within the last one.
      const ends = this.stretches.findIndex(({ low }) => !allKnown && low.time.seconds <= this.knownFrom);
      const known = ends < 0 ? this.stretches : this.stretches.slice(0, ends);
      if (known.length > 0) return { kind: 'stretches', stretches: known };
      if (allKnown) return { kind: 'none' };
      // The next window ends the page, behind all that is known by now.
      if (this.budget.leftMs <= 0) {
        return { kind: 'stretches', stretches: [{ low: this.low, high: placeBefore({ seconds: this.knownFrom, nanos: 0 }) }] };
      }
      await this.readMore();
    }
  }

  private async begin({ time, id }: SearchPosition): Promise<void> {
    this.state = 'unknown';
    if (typeof (await this.reads.once(readCountedDays, TIMEOUT_MS)) !== 'string') return;
    const fresh = await this.reads.objects<FreshCell>(freshStatement(this.tenant, this.asked), TIMEOUT_MS);
    if (fresh === TIMED_OUT) return;
    this.state = 'read';
    this.fresh = fresh;
    // The second in which the next record may lie.
    const at = time.nanos === 0 && id === '' ? time.seconds - 1 : time.seconds;
    this.knownFrom = at + CELL_SECONDS;
  }

  private async readMore(): Promise<void> {
    const limit = this.cells;
    const statement = foldedStatement(this.tenant, this.asked, { from: this.low.time.seconds, before: this.knownFrom }, limit);
    const cells = await this.reads.objects<FoldedCell>(statement, TIMEOUT_MS);
    if (cells === TIMED_OUT) {
      this.cells = this.mostCells = Math.floor(limit / SHRINK);
      if (this.cells < FEWEST_CELLS) this.state = 'unknown';
      return;
    }
    this.cells = Math.min(this.mostCells, limit * 2);
    const last = cells.at(-1);
    // The last cell's other days of receipt may be cut off.
    const knownFrom = cells.length < limit || last === undefined ? -Infinity : last.start + CELL_SECONDS;
    if (knownFrom >= this.knownFrom) {
      this.state = 'unknown';
      return;
    }
    const fresh = this.fresh.filter(({ start }) => start >= knownFrom && start < this.knownFrom);
    const known = cells.filter(({ start }) => start >= knownFrom);
    const byStart = new Map<number, { readonly folded: FoldedCell[]; readonly fresh: FreshCell[] }>();
    for (const { start } of [...known, ...fresh]) byStart.set(start, { folded: [], fresh: [] });
    for (const cell of known) byStart.get(cell.start)?.folded.push(cell);
    for (const cell of fresh) byStart.get(cell.start)?.fresh.push(cell);
    for (const [, ofStart] of [...byStart].sort(([a], [b]) => b - a)) this.add(ofStart.folded, ofStart.fresh);
    this.knownFrom = knownFrom;
  }

  /** Takes the cells of the next ten seconds, of all days of receipt: newest first. */
  private add(folded: readonly FoldedCell[], fresh: readonly FreshCell[]): void {
    const matches = [...folded.flatMap((cell) => this.matchOf(cell)), ...fresh.map((cell) => stretchOf(cell))];
    const [first, ...others] = matches;
    if (first === undefined) {
      this.skipped += folded.reduce((sum, { records }) => sum + records, 0);
      return;
    }
    const match = others.reduce(bothMatches, first);
    const last = this.stretches.at(-1);
    const isWhole = match.spans === undefined && last?.spans === undefined;
    if (last === undefined || !isWhole || this.isApart(match.high, last.low)) this.stretches.push(match);
    else this.stretches[this.stretches.length - 1] = { ...bothMatches(last, match), low: match.low };
    this.skipped = 0;
  }

  private matchOf(cell: FoldedCell): Match[] {
    const pieces = this.asked.matches(cell);
    if (pieces !== 'all' && pieces.length === 0) return [];
    const stretch = stretchOf(cell);
    const { base, firsts, lasts } = cell;
    if (pieces === 'all' || pieces.length > MOST_SPANS || base === null || firsts === null || lasts === null) return [stretch];
    return [{ ...stretch, spans: spansOf({ base, firsts, lasts }, pieces) }];
  }

  /** Whether to leap from one place back to another. */
  private isApart(to: SearchPosition, from: SearchPosition): boolean {
    if (comparePositions(to, from) >= 0) return false;
    return this.skipped > BRIDGED_RECORDS || from.time.seconds - to.time.seconds > BRIDGED_SECONDS;
  }
}

function stretchOf({ start, day }: FreshCell): Stretch {
  return {
    low: placeBefore({ seconds: start, nanos: 0 }),
    high: placeBefore({ seconds: start + CELL_SECONDS, nanos: 0 }),
    received: { first: day, last: day },
  };
}

/** What may match in either; the later one's time. */
function bothMatches(a: Match, b: Match): Match {
  const both = { low: a.low, high: a.high, received: bothDays(a.received, b.received) };
  return a.spans === undefined || b.spans === undefined ? both : { ...both, spans: [...a.spans, ...b.spans] };
}

const UNSIGNED = 'NULL AS base, NULL AS firsts, NULL AS lasts, NULL AS pieces, NULL AS width, NULL AS slices';

function freshStatement(tenant: string, asked: AskedOfCells): QueryConfig {
  const bound = new BoundValues();
  const text = `
    SELECT DISTINCT extract(epoch FROM line.starts_at)::float8 AS start, to_char(line.received_on, 'YYYY-MM-DD') AS day
    FROM new_log_counts n, unnest(n.tenants, n.starts_at, n.received_on, n.services, n.severities)
      AS line (tenant, starts_at, received_on, service, severity)
    WHERE line.tenant = ${bound.add(tenant)} AND ${conditionSql(asked.line, bound)}`;
  return { text, values: bound.values };
}

/** Seconds since 1970. */
interface CellRange {
  readonly from: number;
  readonly before: number;
}

/**
 * The newest cells that hold something of a range. Each signature is looked up by its key, and used only where it was made of as many records
 * as are counted now.
 */
function foldedStatement(tenant: string, asked: AskedOfCells, { from, before }: CellRange, limit: number): QueryConfig {
  const bound = new BoundValues();
  const signed = `
    LEFT JOIN LATERAL (
      SELECT received_base::float8 AS base, received_from::text AS firsts, received_to::text AS lasts, cardinality(received_from) AS pieces, width, bits
      FROM text_signatures s
      WHERE lines[1] AND (s.tenant, s.starts_at, s.received_on) = (c.tenant, c.starts_at, c.received_on)
        AND s.records = told.records
      LIMIT 1
    ) AS signed ON true`;
  const text = `
    SELECT extract(epoch FROM c.starts_at)::float8 AS start, to_char(c.received_on, 'YYYY-MM-DD') AS day,
      lines, told.records::float8 AS records,
      ${asked.asksOfTexts ? `base, firsts, lasts, pieces, width, ${asked.slicesSql(bound)} AS slices` : UNSIGNED}
    FROM (
      SELECT tenant, starts_at, received_on, services, severities, counts FROM log_counts
      WHERE tenant = ${bound.add(tenant)} AND starts_at < to_timestamp(${bound.add(before)}::float8)
        AND starts_at > to_timestamp(${bound.add(from - CELL_SECONDS)}::float8)
      ORDER BY starts_at DESC LIMIT ${limit}
    ) AS c
    CROSS JOIN LATERAL (SELECT ${asked.linesSql(bound)} AS lines, ${RECORDS_OF_COUNTS} AS records OFFSET 0) AS told
    ${asked.asksOfTexts ? signed : ''}
    ORDER BY c.starts_at DESC`;
  return { text, values: bound.values };
}
