import type { LogRecord, SpanRecord } from '#domain';
import type { LogCursor, LogPage, LogReader, PageRequest } from '../api/log-reader.js';
import type { SpanPage, SpanReader } from '../api/span-reader.js';

const LARGE = { limit: 10_000, maxBytes: 1_000_000_000 };

/** Every record of a tenant, newest first, page by page. */
export async function readNewest(
  reader: LogReader,
  tenant: string,
  size: Partial<PageRequest> = {},
  onPage?: (page: LogPage) => void,
): Promise<LogRecord[]> {
  return readPages((after) => reader.newest({ tenant, ...LARGE, ...size, ...(after && { after }) }), onPage);
}

/** Every record of a trace, oldest first, page by page. */
export async function readTrace(
  reader: LogReader,
  tenant: string,
  traceId: string,
  size: Partial<PageRequest> = {},
  onPage?: (page: LogPage) => void,
): Promise<LogRecord[]> {
  return readPages((after) => reader.byTrace({ tenant, traceId, ...LARGE, ...size, ...(after && { after }) }), onPage);
}

/** Every span of a trace by start, page by page. */
export async function readSpans(
  reader: SpanReader,
  tenant: string,
  traceId: string,
  size: Partial<PageRequest> = {},
  onPage?: (page: SpanPage) => void,
): Promise<SpanRecord[]> {
  const spans: SpanRecord[] = [];
  for (let after: LogCursor | undefined; ;) {
    const page = await reader.byTrace({ tenant, traceId, ...LARGE, ...size, ...(after && { after }) });
    onPage?.(page);
    spans.push(...page.spans);
    const last = page.spans.at(-1);
    if (!page.more) return spans;
    if (last === undefined) throw new Error('a page without a span says that more follow');
    after = { time: last.start, id: last.id };
  }
}

async function readPages(
  read: (after: LogCursor | undefined) => Promise<LogPage>,
  onPage?: (page: LogPage) => void,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (let after: LogCursor | undefined; ;) {
    const page = await read(after);
    onPage?.(page);
    records.push(...page.records);
    const last = page.records.at(-1);
    if (!page.more) return records;
    if (last === undefined) throw new Error('a page without a record says that more follow');
    after = { time: last.time, id: last.id };
  }
}

/** The records in the order in which they stood in the bus: ids of one partition rise with offset and index. */
export function inBusOrder(records: readonly LogRecord[]): LogRecord[] {
  return [...records].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
