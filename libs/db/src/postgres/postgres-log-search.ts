import type {
  FieldValues,
  FieldValuesRequest,
  FoundPage,
  Histogram,
  HistogramRequest,
  LogSearch,
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
import { countMatches } from './search/count-matches.js';
import { countRange } from './search/count-range.js';
import { FoundRows } from './search/found-rows.js';
import { searchStatement } from './search/search-statement.js';
import { SearchWindows } from './search/search-windows.js';

export interface LogSearchOptions {
  /** Milliseconds that an answer may take in the database. Default: four seconds, less for values that are read from records. */
  readonly budgetMs?: number;
  /** Milliseconds for the count beside a page. Default: as many as finding the page took, within bounds. */
  readonly countBudgetMs?: number;
}

const DEFAULT_BUDGET_MS = 4_000;
/** Values of attributes are suggestions to somebody who types: those of the newest million records now rather than all of them later. */
const DEFAULT_VALUES_BUDGET_MS = 900;
const LEAST_COUNT_MS = 15;
const MOST_COUNT_MS = 50;

/** LogSearch on PostgreSQL: window after window (search/time-windows.ts), each ended by the server in time. */
export class PostgresLogSearch implements LogSearch {
  private readonly budgetMs: number;
  private readonly valuesBudgetMs: number;
  private readonly countBudgetMs: number | null;

  constructor(
    private readonly database: Database,
    { budgetMs, countBudgetMs }: LogSearchOptions = {},
  ) {
    this.budgetMs = budgetMs ?? DEFAULT_BUDGET_MS;
    this.valuesBudgetMs = budgetMs ?? DEFAULT_VALUES_BUDGET_MS;
    this.countBudgetMs = countBudgetMs ?? null;
  }

  async search<T>(request: SearchRequest, read: (page: FoundPage) => T): Promise<T> {
    const page = await this.withReads(request.signal, async (reads) => {
      const start = performance.now();
      const found = await this.find(reads, request);
      const tookMs = performance.now() - start;
      const countMs = this.countBudgetMs ?? Math.min(MOST_COUNT_MS, Math.max(LEAST_COUNT_MS, tookMs));
      return { ...found, total: request.count ? await countMatches(reads, request, found, countMs) : null };
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
    const isCounted = request.field.kind === 'level' || request.field.kind === 'service';
    const budgetMs = isCounted ? this.budgetMs : this.valuesBudgetMs;
    const coverage = await this.withReads(request.signal, async (reads) =>
      countRange<FieldRow>(reads, new TimeBudget(budgetMs), request, {
        records: (window) => fieldValuesStatement(request, window),
        cells: isCounted ? (window, keptFrom) => countedValuesStatement(request, window, keptFrom) : null,
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
}
