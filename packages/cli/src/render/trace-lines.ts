import { parseTimestampText, type Instant } from '#domain';
import type { Dag, QueryLog } from '#proto';
import type { Palette } from '../palette.js';
import { causeLines } from './cause-lines.js';
import { attributeTexts, levelText } from './log-line.js';
import { printable, printableLine } from './printable.js';
import { MAX_DEPTH, spanTreeOf, type PlacedSpan } from './span-tree.js';
import { counted } from './words.js';

/** What is known of a trace. */
export interface TraceToShow {
  readonly traceId: string;
  /** Null where the trace has no error DAG. */
  readonly dag: Dag | null;
  /** Why it has none, in the server's words. */
  readonly whyNoDag: string;
  /** Oldest first. */
  readonly logs: readonly QueryLog[];
  /** False where the trace has more records than these. */
  readonly isWhole: boolean;
}

/** A trace for people: what it is, the causes of its failure with their evidence, then its spans as a tree with their records. */
export function* traceLines(trace: TraceToShow, palette: Palette, width: number): Generator<string, void> {
  const { dag, logs, whyNoDag } = trace;
  const tree = spanTreeOf(dag, logs);
  const start = instantOf(logs[0]?.timestamp ?? '');
  yield* headLines(trace, tree.spans.length, palette);
  if (dag === null) yield palette.faint(`No error DAG: ${printableLine(whyNoDag)}`);
  else yield* causeLines(dag, palette, width);
  const ids = new Set(tree.spans.map(({ span }) => span.id));
  for (const placed of tree.spans) {
    if (placed.depth === 0) yield '';
    yield spanLine(placed, ids, palette);
    const indent = branches(placed, palette) + palette.faint(placed.hasChildren ? '│ ' : '  ');
    for (const log of placed.span.logs) yield* recordLines(log, start, indent, palette);
  }
  if (tree.logsWithoutSpan.length > 0) {
    yield '';
    yield palette.faint('records without a span');
    for (const log of tree.logsWithoutSpan) yield* recordLines(log, start, `  ${printableLine(log.service)} `, palette);
  }
}

function* headLines({ traceId, dag, logs, isWhole }: TraceToShow, spans: number, palette: Palette): Generator<string, void> {
  const services = new Set(dag === null ? logs.map(({ service }) => service) : dag.services).size;
  const [first, last] = [instantOf(logs[0]?.timestamp ?? ''), instantOf(logs.at(-1)?.timestamp ?? '')];
  const parts = [
    `${counted(dag?.spanCount ?? spans, 'span')} of ${counted(services, 'service')}`,
    isWhole || dag === null
      ? `${counted(logs.length, 'record')}${isWhole ? '' : ' shown, there are more'}`
      : counted(dag.logCount, 'record'),
    ...(first === null || last === null ? [] : [`${secondsBetween(first, last).toFixed(3)} s from ${logs[0]?.timestamp ?? ''}`]),
  ];
  const state = dag === null ? '' : `  ${palette.bad(`failed: ${counted(dag.errorCount, 'error')}`)}`;
  yield `${palette.strong(`Trace ${printableLine(traceId)}`)}${state}  ${parts.join(', ')}`;
}

function spanLine(placed: PlacedSpan, ids: ReadonlySet<string>, palette: Palette): string {
  const { span, depth, continues } = placed;
  const isOrphan = depth === 0 && span.parentId !== '' && !ids.has(span.parentId);
  const branch = depth === 0 ? '' : palette.faint(continues.at(-1) === true ? '├─ ' : '└─ ');
  const parts = [
    palette.strong(printableLine(span.service)),
    palette.faint(printableLine(span.id)),
    partInFailure(placed, palette),
    isOrphan ? palette.faint(`(its caller ${printableLine(span.parentId)} sent nothing)`) : '',
    depth > MAX_DEPTH ? palette.faint(`(depth ${depth})`) : '',
  ];
  return (
    branches({ ...placed, continues: continues.slice(0, -1) }, palette) + branch + parts.filter((part) => part !== '').join(' ')
  );
}

function partInFailure({ span: { causePlace, role, errorCount } }: PlacedSpan, palette: Palette): string {
  if (causePlace > 0) return palette.bad(palette.strong(`<== cause ${causePlace} (${printableLine(role)})`));
  if (role === 'suspect') return palette.warning('suspect');
  if (role !== '') return palette.bad(printableLine(role));
  return errorCount > 0 ? palette.bad('error') : '';
}

/** The lines of the tree that pass by, to the left of what belongs to a span. The root's own siblings have none. */
function branches({ continues }: PlacedSpan, palette: Palette): string {
  return palette.faint(
    continues
      .slice(1)
      .map((goesOn) => (goesOn ? '│  ' : '   '))
      .join(''),
  );
}

function* recordLines(log: QueryLog, start: Instant | null, indent: string, palette: Palette): Generator<string, void> {
  const [first = '', ...further] = printable(log.message).trimEnd().split('\n');
  const at = instantOf(log.timestamp);
  const offset = start === null || at === null ? log.timestamp : signed(secondsBetween(start, at));
  const attributes = palette.faint(attributeTexts(log).join(' '));
  const parts = [palette.faint(offset), levelText(log.level, palette), first, attributes];
  yield indent + parts.filter((part) => part !== '').join(' ');
  for (const line of further) yield `${indent}    ${line}`;
}

function signed(seconds: number): string {
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(3)}s`;
}

function instantOf(timestamp: string): Instant | null {
  const parsed = parseTimestampText(timestamp);
  return parsed.ok ? parsed.instant : null;
}

function secondsBetween(from: Instant, to: Instant): number {
  return to.seconds - from.seconds + (to.nanos - from.nanos) / 1e9;
}
