import type { Pattern, PatternDetails } from '#proto';
import type { Palette } from '../palette.js';
import { printableLine } from './printable.js';
import { tableLines, type Column } from './table.js';
import { counted } from './words.js';

/** Hours of the timeline that are drawn: two days. */
const HOURS_SHOWN = 48;
const BAR_WIDTH = 40;
const COLUMNS: readonly Column[] = [
  { title: 'ID', align: 'left' },
  { title: 'STATE', align: 'left' },
  { title: 'TRACES', align: 'right' },
  { title: 'LAST SEEN', align: 'left' },
  { title: 'SERVICE', align: 'left' },
  { title: 'CAUSE', align: 'left' },
];

/** Patterns as a table. @param width the causes are cut where lines would be longer; null: never */
export function patternTable(patterns: readonly Pattern[], palette: Palette, width: number | null): string[] {
  const rows = patterns.map((pattern) => [
    pattern.id,
    stateOf(pattern),
    pattern.traceCount.toLocaleString('en-US'),
    pattern.lastSeen,
    printableLine(pattern.service),
    printableLine(pattern.template),
  ]);
  return tableLines(COLUMNS, rows, palette, width);
}

/** A pattern that came back after it was resolved is said to have: that is what people look for. */
function stateOf({ state, regressedAt }: Pattern): string {
  return state === 'open' && regressedAt !== '' ? 'regressed' : state;
}

/** One pattern: what it is, how often it came in each of its last hours, and its newest traces. */
export function* patternLines(
  { pattern, timeline, traces, nextPageToken }: PatternDetails,
  palette: Palette,
): Generator<string, void> {
  if (pattern === undefined) return;
  yield `${palette.strong(printableLine(pattern.title))}  ${palette.faint(pattern.id)}`;
  const fields: readonly (readonly [string, string])[] = [
    ['state', stateOf(pattern) + (pattern.regressions === 0 ? '' : `, came back ${counted(pattern.regressions, 'time')}`)],
    ['cause', printableLine(pattern.template)],
    ['spread', pattern.services.map(printableLine).join(' -> ')],
    ['traces', `${pattern.traceCount.toLocaleString('en-US')}, from ${pattern.firstSeen} to ${pattern.lastSeen}`],
    ['resolved', pattern.resolvedAt],
    ['regressed', pattern.regressedAt],
  ];
  for (const [name, value] of fields) if (value !== '') yield `  ${palette.faint(name.padEnd(9))}  ${value}`;
  yield* timelineLines(timeline, palette);
  yield '';
  yield palette.strong('Newest traces');
  for (const { traceId, firstErrorTime, errorCount, spanCount } of traces) {
    const counts = `${counted(errorCount, 'error')}, ${counted(spanCount, 'span')}`;
    yield `  ${palette.faint(firstErrorTime.padEnd(24))}  ${printableLine(traceId)}  ${palette.faint(counts)}`;
  }
  if (nextPageToken !== '') yield palette.faint('  ... --limit shows more');
}

function* timelineLines(timeline: PatternDetails['timeline'], palette: Palette): Generator<string, void> {
  const shown = timeline.slice(-HOURS_SHOWN);
  const most = Math.max(1, ...shown.map(({ traceCount }) => traceCount));
  if (shown.length === 0) return;
  yield '';
  yield palette.strong('Traces by hour');
  for (const { start, traceCount } of shown) {
    const bar = '#'.repeat(Math.max(1, Math.round((traceCount / most) * BAR_WIDTH)));
    yield `  ${palette.faint(start)}  ${palette.bad(bar)} ${traceCount.toLocaleString('en-US')}`;
  }
}
