import { itemAt } from '../error-dag/item-at.js';
import type { SpanForest } from '../error-dag/span-forest.js';
import type { SpanSummary } from '../error-dag/span-summary.js';
import type { IndexEdge } from '../error-dag/topological-order.js';
import type { RootCause, SpanRole } from '../root-cause.js';
import { callTree } from './call-tree.js';
import { describeCause } from './evidence.js';
import { errorsWithoutSpan } from './errors-without-span.js';
import { findTroubles } from './find-troubles.js';
import { JudgedTexts } from './judged-texts.js';
import { placeMissing } from './place-missing.js';
import { rankCauses, type Cause } from './rank-causes.js';
import { spanFailures, type Failure } from './span-failures.js';
import { SpanStory } from './span-story.js';
import type { Trouble } from './trouble.js';
import { TraceView } from './trace-view.js';

/** What buildErrorDag takes over. */
export interface CauseFindings {
  /** Best first; at most MOST_CAUSES, at least one where the trace has an error. */
  readonly rootCauses: readonly RootCause[];
  /** By index of the span. */
  readonly roleOf: readonly SpanRole[];
  /** Errors that nothing else in the trace explains; at least 1. */
  readonly errorCount: number;
}

const MOST_CAUSES = 10;
/** A trace with more error records than this is repeating itself: fewer of each span are read. */
const MANY_ERRORS = 20_000;

/**
 * Where a failed trace's failure began: see docs/error-dag.md for the rules. Independent of the order of the spans' records;
 * about linear in spans and records, without recursion.
 *
 * @param spans By first time, then id; at least one with an error.
 * @param links Between them, free of cycles together with the forest.
 */
export function findRootCauses(spans: readonly SpanSummary[], forest: SpanForest, links: readonly IndexEdge[]): CauseFindings {
  const epoch = itemAt(spans, 0).firstTime;
  const stories = spans.map((span) => new SpanStory(span, epoch));
  const texts = new JudgedTexts();
  const failuresOf = new Map<number, readonly Failure[]>();
  const errors = spans.reduce((sum, { errorCount }) => sum + errorCount, 0);
  const judged = errors > MANY_ERRORS ? 2 : undefined;
  stories.forEach((story, index) => {
    if (story.span.errorCount > 0 && !story.span.synthetic) failuresOf.set(index, spanFailures(story, epoch, texts, judged));
  });
  const tree = callTree(spans, forest, links, placeMissing(spans, failuresOf));
  const view = new TraceView(tree, epoch, stories, failuresOf);
  const troubles = findTroubles(view);
  const causes = rankCauses(view, troubles).slice(0, MOST_CAUSES);
  const lost = errorsWithoutSpan(stories, [...failuresOf.values()].flat());
  return {
    rootCauses: [...causes.map((cause) => describeCause(view, cause)), ...lost.causes].slice(0, MOST_CAUSES),
    roleOf: rolesOf(spans, troubles, causes),
    errorCount: Math.max(1, countErrors(troubles) + lost.errorCount),
  };
}

function rolesOf(spans: readonly SpanSummary[], troubles: readonly Trouble[], causes: readonly Cause[]): SpanRole[] {
  const roleOf = spans.map(({ synthetic }): SpanRole => (synthetic ? 'origin' : ''));
  for (const trouble of troubles) {
    if (isEcho(trouble)) {
      if (roleOf[trouble.place] === '') roleOf[trouble.place] = 'propagated';
    } else roleOf[trouble.place] = 'origin';
  }
  for (const { suspect } of causes) {
    if (suspect !== null && roleOf[suspect.place] !== 'origin') roleOf[suspect.place] = 'suspect';
  }
  return roleOf;
}

/** Explained by another span's error, or stopped because of one. */
function isEcho({ explainedBy, stoppedBy }: Trouble): boolean {
  return explainedBy.length > 0 || stoppedBy !== null;
}

function countErrors(troubles: readonly Trouble[]): number {
  return troubles.reduce((count, trouble) => count + Number(!isEcho(trouble)), 0);
}
