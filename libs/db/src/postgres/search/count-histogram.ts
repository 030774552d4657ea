import { levelOfSeverity, type Instant } from '#domain';
import type { QueryConfig } from 'pg';
import type { HistogramRequest, HistogramSeries } from '../../api/log-search.js';
import { CELL_SECONDS } from '../copy/count-tally.js';
import { BoundValues } from './bound-values.js';
import { conditionSql } from './condition-sql.js';
import { cellsSql } from './counted-cells.js';
import { windowSql } from './search-statement.js';
import { timestampText } from '../sql/time-parameter.js';
import type { TimeWindow } from './time-windows.js';

const MAX_SERIES = 50;
/** Rows that a window may answer: buckets times keys. What lies beyond is cut, and said to be. */
const MAX_ROWS = 100_000;

export interface BucketRow {
  readonly bucket: number;
  readonly key: string | number;
  readonly records: number;
}

/** Records of a window by bucket and key. Rows: `bucket` from 0, `key`, `records`. */
export function histogramStatement(request: HistogramRequest, window: TimeWindow): QueryConfig {
  const bound = new BoundValues();
  return bucketsOf(request, bound, {
    rows: `logs WHERE ${windowSql(request.tenant, request.filter, window, bound)}`,
    time: '"time"',
    records: 'count(*)',
  });
}

/** The same out of what is counted already; the window and the buckets begin and end with whole cells. */
export function countedHistogramStatement(request: HistogramRequest, window: TimeWindow, keptFrom: string): QueryConfig {
  const bound = new BoundValues();
  const cells = cellsSql(request.tenant, window, keptFrom, bound);
  const rows = `${cells} WHERE ${conditionSql(request.filter.condition, bound)}`;
  return bucketsOf(request, bound, { rows, time: 'starts_at', records: 'sum(count)' });
}

interface CountedRows {
  readonly rows: string;
  readonly time: string;
  readonly records: string;
}

function bucketsOf(request: HistogramRequest, bound: BoundValues, { rows, time, records }: CountedRows): QueryConfig {
  const { by, stepMs } = request;
  const from = `${bound.add(timestampText(firstBucketOf(request)))}::timestamptz`;
  // date_bin counts in whole microseconds: nothing is rounded, at a fraction of what numeric costs.
  const bin = `date_bin(${bound.add(stepMs)}::float8 * interval '1 millisecond', ${time}, ${from})`;
  const bucket = `round(extract(epoch FROM bin - ${from})::float8 * 1000 / ${bound.add(stepMs)}::float8)::integer`;
  const key = by === 'level' ? 'severity' : 'service';
  const text = `
    SELECT ${bucket} AS bucket, key, records
    FROM (SELECT ${bin} AS bin, ${key} AS key, ${records}::float8 AS records FROM ${rows} GROUP BY 1, 2) AS counted
    ORDER BY records DESC LIMIT ${MAX_ROWS + 1}`;
  return { text, values: bound.values };
}

/** Whether each bucket is made of whole cells. */
export function bucketsAreOfCells(request: HistogramRequest): boolean {
  const { seconds, nanos } = firstBucketOf(request);
  return nanos === 0 && seconds % CELL_SECONDS === 0 && request.stepMs % (CELL_SECONDS * 1000) === 0;
}

function firstBucketOf({ filter, firstBucket = filter.from }: HistogramRequest): Instant {
  return firstBucket;
}

/** Sums what the windows count. */
export class HistogramTally {
  /** True where a window had more keys than are read. */
  cut = false;
  private readonly counts = new Map<string, number[]>();
  private readonly buckets: number;

  constructor(private readonly request: HistogramRequest) {
    const { filter, stepMs } = request;
    const first = firstBucketOf(request);
    const span = (filter.to.seconds - first.seconds) * 1000 + (filter.to.nanos - first.nanos) / 1_000_000;
    this.buckets = Math.max(0, Math.ceil(span / stepMs));
  }

  add(rows: readonly BucketRow[]): void {
    this.cut ||= rows.length > MAX_ROWS;
    for (const { bucket, key, records } of rows) {
      // A bound within a microsecond lies between what the columns tell apart.
      const at = Math.min(Math.max(bucket, 0), this.buckets - 1);
      const counts = this.countsOf(this.request.by === 'level' ? levelOfSeverity(Number(key)) : String(key));
      counts[at] = (counts[at] ?? 0) + records;
    }
  }

  /** The most frequent first; what lies beyond 50 is summed under the empty key. */
  series(): HistogramSeries[] {
    const sums = [...this.counts].map(([key, counts]) => ({ key, counts, sum: counts.reduce((a, b) => a + b, 0) }));
    sums.sort((a, b) => b.sum - a.sum || (a.key < b.key ? -1 : 1));
    const shown: HistogramSeries[] = sums.slice(0, MAX_SERIES).map(({ key, counts }) => ({ key, counts }));
    if (sums.length <= MAX_SERIES) return shown;
    const rest = this.zeros();
    for (const { counts } of sums.slice(MAX_SERIES)) counts.forEach((count, i) => (rest[i] = (rest[i] ?? 0) + count));
    return [...shown, { key: '', counts: rest }];
  }

  private countsOf(key: string): number[] {
    const known = this.counts.get(key);
    if (known !== undefined) return known;
    const counts = this.zeros();
    this.counts.set(key, counts);
    return counts;
  }

  private zeros(): number[] {
    return new Array<number>(this.buckets).fill(0);
  }
}
