import { RecordView, type LogRecord, type LogRecordExtra } from '#domain';
import type { LogPage, PageRequest, RecordPage } from '../../api/log-reader.js';
import { ROW_WEIGHT } from '../sql/log-columns.js';
import { SMALL_TRACE_ROWS } from '../sql/read-small-trace.js';
import { isNullText, readInt32, readRecordRow } from './record-row.js';
import type { Rows } from './reply.js';

/** The whole of a small trace or its first rows; null where the trace is not small: its page has to be cut in the server. */
export function smallTracePageOf(rows: Rows, { limit, maxBytes }: Pick<PageRequest, 'limit' | 'maxBytes'>): RecordPage | null {
  const { bytes, starts } = rows;
  if (starts.length > SMALL_TRACE_ROWS) return null;
  const view = new RecordView();
  let storedSum = 0;
  let printedSum = 0;
  for (const start of starts) {
    const at = readRecordRow(bytes, start, view);
    if (isNullText(bytes, view.messageStart)) return null;
    storedSum += readInt32(bytes, at + 4) + ROW_WEIGHT;
    printedSum += printedBytesOf(view) + ROW_WEIGHT;
  }
  // The same sums as those by which the server cuts, so that a trace's pages are the same however they were asked for.
  if (storedSum > maxBytes || printedSum > maxBytes) return null;
  const count = Math.min(starts.length, limit);
  return recordPageOf(rows, count, starts.length > count);
}

/** A page that was cut in the server. Its query asked for one row more than `limit`: whether it came says whether rows follow. */
export function cutPageOf(rows: Rows, limit: number): RecordPage {
  const { bytes, starts } = rows;
  const [first] = starts;
  // count(*) is a bigint; the limit keeps it within its lower half.
  const chosen = first === undefined ? 0 : readInt32(bytes, readRecordRow(bytes, first, new RecordView()) + 8);
  const count = Math.min(starts.length, limit);
  return recordPageOf(rows, count, chosen > count);
}

function recordPageOf({ bytes, starts }: Rows, count: number, more: boolean): RecordPage {
  return {
    count,
    more,
    forEach: (take) => {
      const view = new RecordView();
      for (let i = 0; i < count; i++) {
        readRecordRow(bytes, starts[i] ?? 0, view);
        take(view);
      }
    },
  };
}

/** The page as objects, which may be kept. */
export function logPageOf(page: RecordPage): LogPage {
  const records: LogRecord[] = [];
  page.forEach((view) => records.push(recordOf(view)));
  return { records, more: page.more };
}

/** `printedBytes` (sql/log-columns.ts) of a record, without its weight. */
export function printedBytesOf(view: RecordView): number {
  const ids = view.traceIdEnd - view.traceIdStart + (view.parentIdEnd - view.parentIdStart);
  const span = view.spanIdEnd - view.spanIdStart + (view.serviceEnd - view.serviceStart);
  const json = view.attributesEnd - view.attributesStart + (view.resourceEnd - view.resourceStart);
  return ids + span + json + (view.messageEnd - view.messageStart) + (view.extraEnd - view.extraStart);
}

function recordOf(view: RecordView): LogRecord {
  const extra = view.text(view.extraStart, view.extraEnd);
  return {
    id: view.id,
    traceId: view.text(view.traceIdStart, view.traceIdEnd),
    parentId: view.text(view.parentIdStart, view.parentIdEnd),
    spanId: view.text(view.spanIdStart, view.spanIdEnd),
    service: view.text(view.serviceStart, view.serviceEnd),
    message: view.text(view.messageStart, view.messageEnd),
    severity: view.severity,
    time: { ...view.time },
    attributes: view.text(view.attributesStart, view.attributesEnd),
    resource: view.text(view.resourceStart, view.resourceEnd),
    extra: extra === '' ? {} : (JSON.parse(extra) as LogRecordExtra),
    receivedAt: { ...view.receivedAt },
  };
}
