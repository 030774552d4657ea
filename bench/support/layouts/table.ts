import type { Durations } from '../percentiles.js';
import type { LoadFigures } from './load-rows.js';
import type { ReadFigures } from './read-back.js';
import type { Sizes } from './sizes.js';

/** Everything that was measured of one lay-out. */
export interface LayoutFigures extends LoadFigures, Sizes, ReadFigures {
  readonly layout: string;
  readonly why: string;
  readonly indexes: readonly string[];
  readonly partitions: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Seconds of VACUUM, ANALYZE and CHECKPOINT after the load. */
  readonly settleSeconds: number;
}

const COLUMNS: readonly (readonly [title: string, cell: (figures: LayoutFigures) => string])[] = [
  ['lay-out', ({ layout }) => layout],
  ['rows/s', ({ rowsPerSecond }) => thousands(rowsPerSecond)],
  ['last tenth', ({ tenthsPerSecond }) => thousands(tenthsPerSecond.at(-1) ?? 0)],
  ['CPU us', ({ postgresMicros }) => postgresMicros.toFixed(2)],
  ['heap B', ({ heapBytes }) => heapBytes.toFixed(0)],
  [
    'index B',
    ({ indexBytes }) =>
      Object.values(indexBytes)
        .map((bytes) => bytes.toFixed(1))
        .join(' + ') || '0',
  ],
  ['WAL B', ({ walBytes }) => walBytes.toFixed(0)],
  ['look-up p50 / p99 ms', ({ lookUpMs }) => percentiles(lookUpMs)],
  ['by the product', ({ productLookUpMs }) => percentiles(productLookUpMs)],
  ['newest p50 ms', ({ newestMs }) => (newestMs === null ? '-' : newestMs.p50.toFixed(1))],
];

/** One lay-out in a line, for people who wait for the next. */
export function rowText(figures: LayoutFigures): string {
  return COLUMNS.slice(1)
    .map(([title, cell]) => `${title} ${cell(figures)}`)
    .join(', ');
}

/** All of them as a table in Markdown. Bytes and microseconds are those of a row. */
export function markdownTable(all: readonly LayoutFigures[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = [line(COLUMNS.map(([title]) => title)), line(COLUMNS.map((_, i) => (i === 0 ? '---' : '---:')))];
  return [...head, ...all.map((figures) => line(COLUMNS.map(([, cell]) => cell(figures))))].join('\n');
}

function thousands(perSecond: number): string {
  return `${Math.round(perSecond / 1000)} k`;
}

function percentiles(durations: Durations | null): string {
  return durations === null ? '-' : `${durations.p50} / ${durations.p99}`;
}
