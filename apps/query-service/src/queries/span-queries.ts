import { Inject, Injectable } from '@nestjs/common';
import { LOG_READER, SPAN_READER, type LogReader, type SpanReader } from '#db';
import { traceNotFound, type Caller } from '#platform';
import { spanToWire, type SpanList } from '#proto';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { logCursorOf, logTokenOf } from './page-token.js';
import { traceIdOf } from './trace-id.js';

/** Questions about spans; the transports (gRPC and REST) only translate. */
@Injectable()
export class SpanQueries {
  constructor(
    @Inject(SPAN_READER) private readonly spans: SpanReader,
    @Inject(LOG_READER) private readonly logs: LogReader,
  ) {}

  /** One trace's spans by start; none where the trace has logs only, NOT_FOUND where it is unknown. */
  async ofTrace(caller: Caller, traceId: string, pageSize: number, pageToken: string, signal: AbortSignal): Promise<SpanList> {
    const { tenant } = caller;
    const question = `spans:${traceIdOf(traceId)}`;
    const after = logCursorOf(question, pageToken);
    const page = { limit: pageSizeOf(pageSize), maxBytes: MAX_PAGE_BYTES };
    const { spans, more } = await this.spans.byTrace({ tenant, traceId, ...page, after, signal });
    const last = spans.at(-1);
    if (last === undefined && after === undefined && (await this.logs.worstSeverity(tenant, traceId, signal)) === null) {
      throw traceNotFound(traceId);
    }
    const next = more && last !== undefined ? logTokenOf(question, { time: last.start, id: last.id }) : '';
    return { spans: spans.map(spanToWire), nextPageToken: next };
  }
}
