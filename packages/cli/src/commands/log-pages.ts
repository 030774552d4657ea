import { type GetLogsRequest, LogList, QueryServiceService as query, type TraceIdRequest } from '#proto';
import type { Connection, Method } from '../connection.js';

/** A page of records: serialized for JSON, decoded for people. */
export interface LogPage {
  readonly bytes: Buffer;
  readonly list: LogList;
  /** How many of its records are wanted: the first so many. */
  readonly wanted: number;
}

const PAGE_ROWS = 1_000;

/** The pages of a search until so many records came. @param limit Infinity: all */
export function searchPages(connection: Connection, request: GetLogsRequest, limit: number): AsyncGenerator<LogPage, void> {
  return pages(connection, query.getLogs, request, limit);
}

/** The pages of a trace's records, oldest first, until so many came. */
export function tracePages(connection: Connection, traceId: string, limit: number): AsyncGenerator<LogPage, void> {
  const request: TraceIdRequest = { traceId, pageSize: 0, pageToken: '' };
  return pages(connection, query.getLogsByTraceId, request, limit);
}

async function* pages<Request extends { pageSize: number; pageToken: string }>(
  connection: Connection,
  method: Method<Request>,
  request: Request,
  limit: number,
): AsyncGenerator<LogPage, void> {
  let left = limit;
  for (let pageToken = ''; left > 0;) {
    const bytes = await connection.ask(method, { ...request, pageSize: Math.min(left, PAGE_ROWS), pageToken });
    const list = LogList.decode(bytes);
    yield { bytes, list, wanted: Math.min(left, list.logs.length) };
    left -= list.logs.length;
    pageToken = list.nextPageToken;
    if (pageToken === '') return;
  }
}
