import { Inject, Injectable } from '@nestjs/common';
import { LOG_READER, type LogPage, type LogReader } from '#db';
import { traceNotFound, type Caller } from '#platform';
import { logToWire, type LogList } from '#proto';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { logCursorOf, logTokenOf } from './page-token.js';
import { traceIdOf } from './trace-id.js';

/** Questions about records; the transports (gRPC now, REST later) only translate. */
@Injectable()
export class LogQueries {
  constructor(@Inject(LOG_READER) private readonly logs: LogReader) {}

  /** All records, newest first. */
  async list(caller: Caller, pageSize: number, pageToken: string, signal: AbortSignal): Promise<LogList> {
    const page = await this.logs.newest({
      tenant: caller.tenant,
      limit: pageSizeOf(pageSize),
      maxBytes: MAX_PAGE_BYTES,
      after: logCursorOf('logs', pageToken),
      signal,
    });
    return logListOf('logs', page);
  }

  /** One trace's records, oldest first; NOT_FOUND where there are none. */
  async ofTrace(caller: Caller, traceId: string, pageSize: number, pageToken: string, signal: AbortSignal): Promise<LogList> {
    const question = `trace:${traceIdOf(traceId)}`;
    const page = await this.logs.byTrace({
      tenant: caller.tenant,
      traceId,
      limit: pageSizeOf(pageSize),
      maxBytes: MAX_PAGE_BYTES,
      after: logCursorOf(question, pageToken),
      signal,
    });
    if (page.records.length === 0 && pageToken === '') throw traceNotFound(traceId);
    return logListOf(question, page);
  }
}

function logListOf(question: string, page: LogPage): LogList {
  const last = page.records.at(-1);
  return { logs: page.records.map(logToWire), nextPageToken: page.more && last !== undefined ? logTokenOf(question, last) : '' };
}
