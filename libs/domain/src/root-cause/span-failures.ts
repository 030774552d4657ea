import { isError } from '../error-dag/span-summary.js';
import type { TraceRecord } from '../error-dag.js';
import type { Instant } from '../instant.js';
import { attemptsTold, speaksOfAttempts } from './attempts.js';
import type { FailureKind } from './failure-kind.js';
import type { JudgedTexts } from './judged-texts.js';
import { saysHandled } from './message-tone.js';
import { millisSince, type SpanStory } from './span-story.js';
import { tellingText } from './telling-text.js';
import { readAlike, type ComparableText } from './wrapped-text.js';

/** One thing that went wrong in a span, however many records tell it. Times in ms of the sender's clock. */
export interface Failure {
  readonly first: number;
  readonly last: number;
  readonly kind: FailureKind;
  /** Lower case, bounded. */
  readonly text: string;
  readonly like: ComparableText;
  /** Says only that something failed. */
  readonly bare: boolean;
  readonly fatal: boolean;
  /** The line to open; null where only a TraceSpan's status tells of it. */
  readonly record: TraceRecord | null;
  /** Times that the same work was tried within the span; 1 where it was once. */
  readonly attempts: number;
  /**
   * Whether the span itself got over it: `said` where it says so (a fallback, a retry that succeeded, status ok), `maybe` where
   * it only ends with words such as "request completed".
   */
  readonly recovered: 'said' | 'maybe' | 'no';
}

/** Error records of one span that are judged: a span that logs more is repeating itself. */
const JUDGED = 40;
/** Failures of one span that are told apart. */
const TOLD_APART = 6;

interface Draft {
  first: number;
  last: number;
  text: string;
  like: ComparableText;
  kind: FailureKind;
  bare: boolean;
  fatal: boolean;
  record: TraceRecord | null;
  told: number;
  repeats: number;
}

/**
 * What went wrong in a span. Error records tell of the same failure where they read alike, where one only says that
 * something failed, and where they count attempts.
 *
 * @param judged Error records of the span that are read, half of them its first, half its last; even.
 */
export function spanFailures(story: SpanStory, epoch: Instant, texts: JudgedTexts, judged = JUDGED): Failure[] {
  const errors = judgedErrors(story.records, judged);
  const { traceSpan } = story.span;
  if (errors.length === 0 && traceSpan?.status === 'error') return [failureOfStatus(story, epoch, texts)];
  const drafts: Draft[] = [];
  for (const record of errors) {
    const draft = draftOf(story, record, texts);
    const before = drafts.at(-1);
    const echo = draft.bare && before !== undefined && !wentOn(story, before.last, draft.first) ? before : undefined;
    const known = drafts.find((other) => sameFailure(other, draft)) ?? echo;
    if (known !== undefined) merge(known, draft);
    else if (drafts.length < TOLD_APART) drafts.push(draft);
  }
  return drafts.map((draft) => failureOf(draft, story));
}

/** Written out: this is made for every failed span, and spreading is slow. */
function failureOf(draft: Draft, story: SpanStory): Failure {
  const { first, last, kind, text, like, bare, fatal, record } = draft;
  const recovered = fatal ? 'no' : recoveryOf(story, last);
  return { first, last, kind, text, like, bare, fatal, record, attempts: attemptsOf(draft, story), recovered };
}

function wentOn(story: SpanStory, after: number, before: number): boolean {
  return story.progress(after, before).some((record) => saysHandled(story.textOf(record)));
}

function recoveryOf(story: SpanStory, after: number): Failure['recovered'] {
  if (story.span.traceSpan?.status === 'ok' || wentOn(story, after, Infinity)) return 'said';
  return story.recovery(after) === null ? 'no' : 'maybe';
}

function judgedErrors(records: readonly TraceRecord[], most: number): readonly TraceRecord[] {
  const errors = records.filter(isError);
  return errors.length <= most ? errors : [...errors.slice(0, most / 2), ...errors.slice(-most / 2)];
}

function draftOf(story: SpanStory, record: TraceRecord, texts: JudgedTexts): Draft {
  const text = story.textOf(record);
  const time = story.timeOf(record);
  const fatal = record.severity >= 21;
  const { kind, bare, attempts, like } = texts.judge(text, fatal, record.attributes ?? '');
  return { first: time, last: time, text, like, kind, bare, fatal, record, told: attempts, repeats: 1 };
}

function sameFailure(a: Draft, b: Draft): boolean {
  if (a.text === b.text || readAlike(a.like, b.like)) return true;
  if (a.like.masked === b.like.masked || (a.told > 0 && b.told > 0)) return true;
  // Details may follow a first line that only says "failed".
  return a.bare && a.kind === 'plain' && b.kind !== 'cancelled';
}

function merge(known: Draft, next: Draft): void {
  known.last = Math.max(known.last, next.last);
  known.told = Math.max(known.told, next.told);
  if (known.like.masked === next.like.masked || next.told > 0) known.repeats++;
  if ((known.bare && !next.bare) || (next.fatal && !known.fatal)) {
    known.text = next.text;
    known.like = next.like;
    known.kind = next.kind;
    known.bare = next.bare;
    known.record = next.record;
  }
  known.fatal ||= next.fatal;
}

function attemptsOf({ told, repeats, text }: Draft, story: SpanStory): number {
  let attempts = Math.max(1, told, speaksOfAttempts(text) ? repeats : 1);
  const { records } = story;
  for (let i = Math.max(0, records.length - JUDGED); i < records.length; i++) {
    const record = records[i];
    if (record !== undefined && !isError(record) && record.severity >= 13)
      attempts = Math.max(attempts, attemptsTold(story.textOf(record), ''));
  }
  return attempts;
}

function failureOfStatus({ span }: SpanStory, epoch: Instant, texts: JudgedTexts): Failure {
  const text = tellingText(span.traceSpan?.statusMessage ?? '');
  const time = millisSince(epoch, span.firstErrorTime ?? span.lastTime);
  const judgement = texts.judge(text, false, '');
  return {
    first: time,
    last: time,
    ...judgement,
    text,
    fatal: false,
    record: null,
    attempts: 1,
    recovered: 'no',
  };
}
