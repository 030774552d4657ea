import type {
  FieldValues,
  FieldValuesRequest,
  FoundPage,
  Histogram,
  HistogramRequest,
  LogSearch,
  MatchCount,
  SearchRequest,
} from '../api/log-search.js';
import type { Database } from './database.js';
import { cutPageOf } from './rows/record-pages.js';
import { BoundedReads, TIMED_OUT, TimeBudget } from './search/bounded-reads.js';
import { FieldTally, countedValuesStatement, fieldValuesStatement, type FieldRow } from './search/count-field-values.js';
import {
  HistogramTally,
  bucketsAreOfCells,
  countedHistogramStatement,
  histogramStatement,
  type BucketRow,
} from './search/count-histogram.js';
import { countRange } from './search/count-range.js';
import { FoundRows } from './search/found-rows.js';
import { countStatement, searchStatement } from './search/search-statement.js';
import { SearchWindows } from './search/search-windows.js';
import { TimeWindows } from './search/time-windows.js';

export interface LogSearchOptions {
  /** Milliseconds that an answer may take in the database. */
  readonly budgetMs?: number;
  /** Milliseconds for the count beside a page. */
  readonly countBudgetMs?: number;
}

const DEFAULT_BUDGET_MS = 4_000;
const DEFAULT_COUNT_BUDGET_MS = 50;
/** A count goes no further. */
const MAX_COUNTED = 10_000;

/** LogSearch on PostgreSQL: window after window (search/time-windows.ts), each ended by the server in time. */
export class PostgresLogSearch implements LogSearch {
  private readonly budgetMs: number;
  private readonly countBudgetMs: number;

  constructor(
    private readonly database: Database,
    { budgetMs = DEFAULT_BUDGET_MS, countBudgetMs = DEFAULT_COUNT_BUDGET_MS }: LogSearchOptions = {},
  ) {
    this.budgetMs = budgetMs;
    this.countBudgetMs = countBudgetMs;
  }

  async search<T>(request: SearchRequest, read: (page: FoundPage) => T): Promise<T> {
    const page = await this.withReads(request.signal, async (reads) => {
      const found = await this.find(reads, request);
      return { ...found, total: request.count ? await this.count(reads, request, found) : null };
    });
    return read(page);
  }

  async histogram(request: HistogramRequest): Promise<Histogram> {
    const tally = new HistogramTally(request);
    const coverage = await this.withReads(request.signal, async (reads) =>
      countRange<BucketRow>(reads, new TimeBudget(this.budgetMs), request, {
        records: (window) => histogramStatement(request, window),
        cells: bucketsAreOfCells(request) ? (window, keptFrom) => countedHistogramStatement(request, window, keptFrom) : null,
        add: (rows) => tally.add(rows),
      }),
    );
    return { ...coverage, partial: coverage.partial || tally.cut, series: tally.series() };
  }

  async fieldValues(request: FieldValuesRequest): Promise<FieldValues> {
    const tally = new FieldTally(request);
    const coverage = await this.withReads(request.signal, async (reads) =>
      countRange<FieldRow>(reads, new TimeBudget(this.budgetMs), request, {
        records: (window) => fieldValuesStatement(request, window),
        cells:
          request.field.kind === 'level' || request.field.kind === 'service'
            ? (window, keptFrom) => countedValuesStatement(request, window, keptFrom)
            : null,
        add: (rows) => tally.add(rows),
      }),
    );
    return { ...coverage, partial: coverage.partial || tally.cut, values: tally.top(request.limit) };
  }

  private async withReads<T>(signal: AbortSignal | undefined, work: (reads: BoundedReads) => Promise<T>): Promise<T> {
    return this.database.withClient(async (client) => {
      const reads = new BoundedReads(client);
      try {
        return await work(reads);
      } finally {
        await reads.end();
      }
    }, signal);
  }

  private async find(reads: BoundedReads, request: SearchRequest): Promise<Omit<FoundPage, 'total'>> {
    const { limit, maxBytes, signal } = request;
    const budget = new TimeBudget(this.budgetMs);
    const windows = new SearchWindows(reads, budget, request, Date.now());
    const rows = new FoundRows(limit, maxBytes);
    const pageOf = (next: FoundPage['next'], partial: boolean): Omit<FoundPage, 'total'> => ({
      count: rows.count,
      more: next !== null,
      forEach: (show) => rows.forEach(show),
      next,
      partial,
    });
    for (let window = await windows.next(); window !== null; window = await windows.next()) {
      signal?.throwIfAborted();
      const { statement, values } = searchStatement(request, window, rows.roomRows, rows.roomBytes);
      const start = performance.now();
      const answer = await reads.rows(statement, values, budget.windowMs);
      signal?.throwIfAborted();
      if (answer === TIMED_OUT) windows.tookTooLong(window);
      else {
        const all = rows.take(cutPageOf(answer, rows.roomRows));
        // Without a row there is no room for any: rows follow, and the page ends where it ended.
        if (!all) return pageOf(rows.last ?? windows.position, false);
        windows.finished(window, performance.now() - start);
      }
      if (budget.leftMs <= 0 && !windows.isDone) return pageOf(windows.position, true);
    }
    return pageOf(null, false);
  }

  private async count(reads: BoundedReads, request: SearchRequest, page: Omit<FoundPage, 'total'>): Promise<MatchCount> {
    if (request.after === undefined && page.next === null) return { count: page.count, exact: true };
    const { filter, order, tenant, signal } = request;
    const { whole } = new TimeWindows(order, filter, Date.now());
    const known = page.count + (page.more && !page.partial ? 1 : 0);
    if (page.partial) return { count: known, exact: false };
    const query = countStatement(tenant, filter, whole, MAX_COUNTED + 1);
    const answer = await reads.objects<{ found: number }>(query, this.countBudgetMs);
    signal?.throwIfAborted();
    if (answer === TIMED_OUT) return { count: known, exact: false };
    const found = answer[0]?.found ?? 0;
    return found > MAX_COUNTED ? { count: MAX_COUNTED, exact: false } : { count: found, exact: true };
  }
}
