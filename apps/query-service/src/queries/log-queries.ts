import { Inject, Injectable } from '@nestjs/common';
import { LOG_READER, type LogReader, type PageRequest, type RecordPage } from '#db';
import { traceNotFound, type Caller } from '#platform';
import { encodeLogList } from '#proto';
import { EXPORT_PAGE, type ExportPart } from './export-part.js';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { logCursorOf, logTokenOf } from './page-token.js';
import { traceIdOf } from './trace-id.js';

type PageBounds = Pick<PageRequest, 'limit' | 'maxBytes'>;

/**
 * Questions about records; the transports (gRPC and REST) only translate. Answers are serialized `query.LogList`s:
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

  /** One trace's records, oldest first; NOT_FOUND where the trace is unknown, none where it has spans only. */
  async ofTrace(caller: Caller, traceId: string, pageSize: number, pageToken: string, signal: AbortSignal): Promise<Buffer> {
    const page = { limit: pageSizeOf(pageSize), maxBytes: MAX_PAGE_BYTES };
    return (await this.tracePage(caller, traceId, page, pageToken, signal)).list;
  }

  /**
   * All of one trace's records behind the page token, oldest first: however many there are, one part is held at a time, and no
   * snapshot of the store is held meanwhile. NOT_FOUND where there are none, instead of the first part.
   */
  async *allOfTrace(caller: Caller, traceId: string, pageToken: string, signal: AbortSignal): AsyncGenerator<ExportPart> {
    for (let token = pageToken; ;) {
      const part = await this.tracePage(caller, traceId, EXPORT_PAGE, token, signal);
      yield part;
      if (part.next === '') return;
      token = part.next;
    }
  }

  private async tracePage(caller: Caller, traceId: string, page: PageBounds, pageToken: string, signal: AbortSignal) {
    let next = '';
    const question = `trace:${traceIdOf(traceId)}`;
    const request = {
      tenant: caller.tenant,
      traceId,
      ...page,
      after: logCursorOf(question, pageToken),
      signal,
    };
    const list = await this.logs.readTrace(
      request,
      listOf(question, (token) => (next = token)),
    );
    // A list has bytes where it has records.
    if (list.length === 0 && pageToken === '' && (await this.logs.worstSeverity(caller.tenant, traceId, signal)) === null) {
      throw traceNotFound(traceId);
    }
    return { list, next };
  }
}

/** @param onToken is told the token of the page that follows, where one does */
function listOf(question: string, onToken: (token: string) => void = () => undefined): (page: RecordPage) => Buffer {
  return (page) =>
    encodeLogList(page, (last) => {
      const token = logTokenOf(question, last);
      onToken(token);
      return token;
    });
}
