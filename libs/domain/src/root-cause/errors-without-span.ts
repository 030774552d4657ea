import { isError } from '../error-dag/span-summary.js';
import type { TraceRecord } from '../error-dag.js';
import type { RootCause } from '../root-cause.js';
import { cut, LONGEST_EVIDENCE, offsetText, quotedRecord, serviceText } from './evidence-text.js';
import type { Failure } from './span-failures.js';
import type { SpanStory } from './span-story.js';
import { ComparableText, readAlike } from './wrapped-text.js';

/** Errors without a span that are told apart. */
const TOLD_APART = 100;
const MOST_CAUSES = 3;
/** Failures of spans that they are compared with. */
const COMPARED = 50;

/**
 * Error records that carry the trace's id but no span: where no span's error reads like them they are errors of their own,
 * and causes of last resort. Each service's errors that read the same count once.
 */
export function errorsWithoutSpan(
  stories: readonly SpanStory[],
  failures: readonly Failure[],
): { readonly causes: readonly RootCause[]; readonly errorCount: number } {
  const story = stories.find(({ span }) => span.synthetic);
  if (story === undefined) return { causes: [], errorCount: 0 };
  const known = failures.slice(0, COMPARED);
  const own: TraceRecord[] = [];
  const seen = new Set<string>();
  for (const record of story.records) {
    if (!isError(record) || seen.size >= TOLD_APART) continue;
    const text = story.textOf(record);
    const like = new ComparableText(text);
    const key = `${record.service}\n${like.masked}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (!known.some((failure) => failure.text === text || readAlike(failure.like, like))) own.push(record);
  }
  const worstFirst = [...own].sort((a, b) => b.severity - a.severity);
  return { causes: worstFirst.slice(0, MOST_CAUSES).map((record) => causeOf(story, record)), errorCount: own.length };
}

function causeOf(story: SpanStory, record: TraceRecord): RootCause {
  const sentence = `${serviceText(record.service)} logged an error without a span ${offsetText(story.timeOf(record))}: ${quotedRecord(record)}; nothing says where in the trace it belongs.`;
  return {
    spanId: story.span.id,
    service: record.service,
    role: 'origin',
    rule: 'no-span',
    evidence: `${cut(sentence, LONGEST_EVIDENCE - 10)} [no-span]`,
    evidenceSpanIds: [story.span.id],
    logId: record.id,
  };
}
