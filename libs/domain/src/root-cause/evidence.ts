import { itemAt } from '../error-dag/item-at.js';
import { NO_PARENT } from '../error-dag/span-forest.js';
import type { TraceRecord } from '../error-dag.js';
import type { RootCause } from '../root-cause.js';
import { cut, durationText, listText, LONGEST_EVIDENCE, offsetText, quoted, quotedRecord, serviceText } from './evidence-text.js';
import { isHandled, type Cause } from './rank-causes.js';
import type { Suspect, Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';
import { waitedMs } from './waited-time.js';

const EVIDENCE_SPANS = 8;

/** A cause in words, with the spans and the line that prove it. */
export function describeCause(view: TraceView, cause: Cause): RootCause {
  const span = itemAt(view.tree.spans, cause.place);
  const rule = cause.rule;
  const parts = [
    cause.suspect === null ? originSentence(view, cause) : suspectSentence(view, cause, cause.suspect),
    ...moreSentences(view, cause),
  ];
  const suffix = ` [${rule}]`;
  return {
    spanId: span.id,
    service: span.service,
    role: cause.suspect === null ? 'origin' : 'suspect',
    rule,
    evidence: cut(parts.join(' '), LONGEST_EVIDENCE - suffix.length) + suffix,
    evidenceSpanIds: evidenceSpanIds(view, cause),
    logId: lineToOpen(view, cause)?.id ?? '',
  };
}

function suspectSentence(view: TraceView, { trouble, place }: Cause, suspect: Suspect): string {
  const caller = serviceText(view.service(trouble.place));
  const callee = serviceText(view.service(place));
  const { failure } = trouble;
  const said = quotedRecord(failure.record);
  const because = said === '' ? '' : ` (${said})`;
  if (suspect.rule === 'gave-up') {
    const told = waitedMs(failure.text);
    const begin = Math.max(itemAt(view.first, place), itemAt(view.first, trouble.place));
    const waited = told ?? trouble.start - begin;
    const after = waited > 0 ? ` after ${durationText(waited)}` : '';
    return `${caller} gave up${after} waiting for ${callee}${because}, ${whatItDid(view, place, suspect)}`;
  }
  if (suspect.rule === 'lost-callee')
    return `${caller} lost its connection to ${callee}${because} ${offsetText(trouble.start)}, ${whatItDid(view, place, suspect)}`;
  return `${caller} got an error from ${callee}${because}, which logged none; ${whatItDid(view, place, suspect).replace(/^which/, 'it')}`;
}

/** The callee's last words. */
function whatItDid(view: TraceView, place: number, suspect: Suspect): string {
  const story = view.story(place);
  const last = itemAt(view.last, place);
  const record = story?.records.at(-1) ?? null;
  const words = record === null ? '' : ` (${quotedRecord(record)})`;
  const warning = story?.lastWarning() ?? null;
  const warned = warning === null || warning === record ? '' : ` It had warned ${quotedRecord(warning)}.`;
  if (story?.records.length === 0) return `which ran until ${offsetText(last)} and logged nothing.`;
  const silent = suspect.stillRunning ? 'was still running and logged its last record' : 'logged its last record';
  const then = suspect.stillRunning ? '' : ' and then nothing more';
  return `which ${silent} ${offsetText(last)}${words}${then}.${warned}`;
}

function originSentence(view: TraceView, { trouble, attempts, rule, place }: Cause): string {
  const service = serviceText(view.service(place));
  const { failure, silentPeer, start } = trouble;
  const said = failure.record === null ? quoted(statusText(view, place)) : quotedRecord(failure.record);
  if (rule === 'crash') return `${service} went down ${offsetText(start)}: ${said}.`;
  if (rule === 'silent-peer')
    return `${service} could not reach or wait for ${quoted(silentPeer)}, which sent nothing to this trace: ${said}, ${offsetText(start)}.`;
  if (rule === 'retries-exhausted')
    return `${service} failed in all of ${attempts} attempts, the last ${offsetText(trouble.end)}: ${said}.`;
  if (rule === 'async-consumer')
    return `${service} failed ${offsetText(start)} in work that was handed over to it and that nobody waited for: ${said}.`;
  return `${service} failed first on this path, ${offsetText(start)}: ${said}; nothing that it called explains it.`;
}

function statusText(view: TraceView, place: number): string {
  const message = view.spanAt(place)?.traceSpan?.statusMessage ?? '';
  return message === '' ? 'span status error' : message;
}

function moreSentences(view: TraceView, cause: Cause): string[] {
  const { trouble, top, suspect, attempts, calls, rule } = cause;
  const sentences: string[] = [];
  const handling = isHandled(trouble) ? trouble.handled : top.handled;
  if (handling !== null && handling.how !== 'maybe') {
    const by = serviceText(view.service(handling.place));
    const how = {
      said: `${by} went on without it`,
      retried: `a later call to ${by} went well`,
      'went-on': `${by} went on after it`,
    };
    sentences.push(`Handled: ${how[handling.how]}.`);
  }
  if (attempts > 1) {
    if (rule !== 'retries-exhausted') sentences.push(`${attempts} attempts failed.`);
  } else if (calls > 1) sentences.push(`${calls} calls failed alike.`);
  const spread = spreadOf(view, cause);
  if (spread.length > 0) sentences.push(`The error spread to ${listText(spread)}.`);
  if (throughMissing(view, cause)) sentences.push('It passed a span that sent nothing.');
  if (suspect !== null && suspect.rank > 0) sentences.push('As likely as the suspect before it.');
  return sentences;
}

/** Services that the error passed on its way up, nearest first. */
function spreadOf(view: TraceView, { place, trouble, suspect }: Cause): string[] {
  const from = view.service(suspect === null ? place : trouble.place);
  const services = new Set<string>();
  for (let at = trouble.explains; at !== null; at = at.explains) {
    const service = view.service(at.place);
    if (service !== from) services.add(serviceText(service));
  }
  return [...services];
}

/** True where a span that sent nothing lies between the cause and the next span that failed. */
function throughMissing(view: TraceView, { place, trouble, suspect }: Cause): boolean {
  const until = suspect === null ? trouble.explains?.place : trouble.place;
  if (until === undefined) return false;
  const { parentOf, spans } = view.tree;
  let steps = 0;
  for (let at = itemAt(parentOf, place); at !== NO_PARENT && at !== until && steps < 100; at = itemAt(parentOf, at), steps++) {
    if (at >= spans.length) return true;
  }
  return false;
}

function evidenceSpanIds(view: TraceView, { place, trouble, others }: Cause): string[] {
  const ids = new Set<string>();
  const add = (at: number): void => {
    const id = view.spanAt(at)?.id;
    if (id !== undefined && ids.size < EVIDENCE_SPANS) ids.add(id);
  };
  add(place);
  add(trouble.place);
  others.slice(0, EVIDENCE_SPANS).forEach(add);
  for (let at: Trouble | null = trouble.explains; at !== null && ids.size < EVIDENCE_SPANS; at = at.explains) add(at.place);
  return [...ids];
}

/** An origin's own error; of a suspect the last warning, else its last record, else the line of the caller that gave up. */
function lineToOpen(view: TraceView, { place, trouble, suspect }: Cause): TraceRecord | null {
  if (suspect === null) return trouble.failure.record;
  const story = view.story(place);
  return story?.lastWarning() ?? story?.records.at(-1) ?? trouble.failure.record;
}
