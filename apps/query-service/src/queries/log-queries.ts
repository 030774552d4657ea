import { Inject, Injectable } from '@nestjs/common';
import { LOG_READER, type LogReader, type RecordPage } from '#db';
import { traceNotFound, type Caller } from '#platform';
import { encodeLogList } from '#proto';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { logCursorOf, logTokenOf } from './page-token.js';
import { traceIdOf } from './trace-id.js';

/**
 * Questions about records; the transports (gRPC now, REST later) only translate. Answers are serialized `query.LogList`s:
 * made of the store's bytes, because objects for a page of records cost more than all else that an answer takes.
 */
@Injectable()
export class LogQueries {
  constructor(@Inject(LOG_READER) private readonly logs: LogReader) {}

  /** All records, newest first. */
  async list(caller: Caller, pageSize: number, pageToken: string, signal: AbortSignal): Promise<Buffer> {
    const request = {
      tenant: caller.tenant,
      limit: pageSizeOf(pageSize),
      maxBytes: MAX_PAGE_BYTES,
      after: logCursorOf('logs', pageToken),
      signal,
    };
    return this.logs.readNewest(request, listOf('logs'));
  }

  /** One trace's records, oldest first; NOT_FOUND where there are none. */
  async ofTrace(caller: Caller, traceId: string, pageSize: number, pageToken: string, signal: AbortSignal): Promise<Buffer> {
    const question = `trace:${traceIdOf(traceId)}`;
    const request = {
      tenant: caller.tenant,
      traceId,
      limit: pageSizeOf(pageSize),
      maxBytes: MAX_PAGE_BYTES,
      after: logCursorOf(question, pageToken),
      signal,
    };
    const list = await this.logs.readTrace(request, listOf(question));
    // A list has bytes where it has records.
    if (list.length === 0 && pageToken === '') throw traceNotFound(traceId);
    return list;
  }
}

function listOf(question: string): (page: RecordPage) => Buffer {
  return (page) => encodeLogList(page, (last) => logTokenOf(question, last));
}
