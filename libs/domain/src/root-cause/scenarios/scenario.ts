import type { TraceRecord, TraceSpan } from '../../error-dag.js';
import { instantOfEpochMillis, type Instant } from '../../instant.js';

/** A failed trace in a few lines, with what an engineer would call its cause. */
export interface Scenario {
  readonly group: string;
  readonly title: string;
  /** Ids of the spans of which any may be the first cause. */
  readonly first: readonly string[];
  /** Spans that must be among the first three causes, each one of some ids. */
  readonly among: readonly (readonly string[])[];
  readonly records: readonly TraceRecord[];
  readonly traceSpans: readonly TraceSpan[];
}

const SEVERITY: Readonly<Record<string, number>> = { T: 1, D: 5, I: 9, W: 13, E: 17, F: 21 };
const EPOCH_MS = Date.UTC(2026, 10, 21, 12);
const SPAN = /^(\S+) (\S+)(?: < (\S+))?$/;
const RECORD = /^(\d+(?:\.\d+)?) ([TDIWEF]) (.*?)(?: (\{.*\}))?$/;
const TRACE_SPAN = /^@ (\d+)-(\d+) (internal|server|client|producer|consumer)(?: (ok|error))?(?: "([^"]*)")?(?: links (\S+))?$/;

/**
 * Reads a scenario. A span is `id service < parent`; below it stand its records, `ms level message {attributes}`, the level as one
 * letter, and `@ start-end kind status "message" links id,id` where it is an OpenTelemetry span too.
 *
 * @param expected The first cause's span (`a|b` where both are right), then others that must be among the first three.
 */
export function scenario(group: string, title: string, expected: string, text: string): Scenario {
  const records: TraceRecord[] = [];
  const traceSpans: TraceSpan[] = [];
  let [spanId, service, parentId] = ['', '', ''];
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const record = RECORD.exec(line);
    const span = SPAN.exec(line);
    const traceSpan = TRACE_SPAN.exec(line);
    if (record !== null) {
      const [, at = '', level = '', message = '', attributes = ''] = record;
      const severity = SEVERITY[level] ?? 0;
      const id = String(records.length).padStart(32, '0');
      const said = message.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
      records.push({ id, spanId, parentId, service, message: said, severity, time: instantAt(Number(at)), attributes });
    } else if (traceSpan !== null) {
      const [, start, end, kind, status = 'unset', statusMessage = '', links = ''] = traceSpan;
      traceSpans.push({
        spanId,
        parentId,
        service,
        name: '',
        kind: kind as TraceSpan['kind'],
        start: instantAt(Number(start)),
        end: instantAt(Number(end)),
        status: status as TraceSpan['status'],
        statusMessage,
        links: links === '' ? [] : links.split(',').map((id) => ({ traceId: 't', spanId: id })),
      });
    } else if (span !== null) [, spanId = '', service = '', parentId = ''] = span;
    else throw new Error(`${title}: can't read "${line}"`);
  }
  const [first = '', ...among] = expected.split(' ');
  return { group, title, first: first.split('|'), among: among.map((ids) => ids.split('|')), records, traceSpans };
}

export function instantAt(ms: number): Instant {
  const whole = Math.floor(ms);
  const instant = instantOfEpochMillis(EPOCH_MS + whole);
  return { seconds: instant.seconds, nanos: instant.nanos + Math.round((ms - whole) * 1e6) };
}
