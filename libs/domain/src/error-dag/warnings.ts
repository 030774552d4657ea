import { itemAt } from './item-at.js';
import type { CutCycle, SpanForest } from './span-forest.js';
import type { SpanSummary } from './span-summary.js';

/** Cycles that are told of one by one; a hostile trace could hold thousands. */
const CYCLES_NAMED = 20;

/** Sentences about what was mended in a trace: cycles that were cut, error records without a span. Not sorted. */
export function dagWarnings(spans: readonly SpanSummary[], { cutCycles }: SpanForest): string[] {
  const warnings = cutCycles.slice(0, CYCLES_NAMED).map((cycle) => cycleWarning(itemAt(spans, cycle.span), cycle));
  const unnamed = cutCycles.length - warnings.length;
  if (unnamed > 0) warnings.push(`${unnamed} more ${unnamed === 1 ? 'cycle was' : 'cycles were'} cut`);
  for (const { synthetic, id, errorCount } of spans) {
    if (synthetic) warnings.push(`${records(errorCount)} without a span: kept on the node "${id}", which is not part of dagJson`);
  }
  return warnings;
}

/** The sentence that says how much of a trace the caps left out. */
export function truncationWarning(keptNodes: number, nodes: number, keptRecords: number, recordCount: number): string {
  return `trace is too large: kept ${keptNodes} of ${nodes} nodes and ${keptRecords} of ${recordCount} records, error paths first`;
}

function cycleWarning(span: SpanSummary, { length }: CutCycle): string {
  return length === 1
    ? `span "${span.id}" names itself as its parent: that edge was cut`
    : `${length} spans form a cycle: the edge from "${span.parentId}" to its earliest span "${span.id}" was cut`;
}

function records(count: number): string {
  return count === 1 ? '1 error record' : `${count} error records`;
}
