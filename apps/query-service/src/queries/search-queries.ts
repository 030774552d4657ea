import { Inject, Injectable } from '@nestjs/common';
import { LOG_SEARCH, type LogSearch, type SearchOrder, type SearchRequest } from '#db';
import { instantOfEpochMillis, printFilter } from '#domain';
import { invalidField, type Caller } from '#platform';
import { LogList, encodeLogList } from '#proto';
import { EXPORT_PAGE, type ExportPart } from './export-part.js';
import { logsFilterOf, type LogsFilterRequest } from './filter-request.js';
import { LogQueries } from './log-queries.js';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { badSearchToken, questionDigest, readSearchToken, searchTokenOf } from './search-token.js';

/** A question for records, as every transport asks it. */
export interface LogsRequest extends LogsFilterRequest {
  readonly pageSize: number;
  readonly pageToken: string;
  /** `desc` or empty: newest first; `asc`. */
  readonly order: string;
}

const ORDERS: Readonly<Record<string, SearchOrder>> = { '': 'newest-first', desc: 'newest-first', asc: 'oldest-first' };

/** Searches for records; the transports only translate. Answers are serialized `query.LogList`s. */
@Injectable()
export class SearchQueries {
  constructor(
    @Inject(LOG_SEARCH) private readonly searches: LogSearch,
    @Inject(LogQueries) private readonly logs: LogQueries,
  ) {}

  /** The records that the request asks for; all of them, newest first, where it asks for nothing in particular. */
  async list(caller: Caller, request: LogsRequest, signal: AbortSignal): Promise<Buffer> {
    if (asksForAll(request)) return this.logs.list(caller, request.pageSize, request.pageToken, signal);
    const page = { limit: pageSizeOf(request.pageSize), maxBytes: MAX_PAGE_BYTES, count: request.pageToken === '' };
    return (await this.page(caller, request, page, signal)).list;
  }

  /** All records that the request asks for, behind its page token: one part is held at a time, and no snapshot of the store. */
  async *all(caller: Caller, request: LogsRequest, signal: AbortSignal): AsyncGenerator<ExportPart> {
    for (let { pageToken } = request; ;) {
      const part = await this.page(caller, { ...request, pageToken }, { ...EXPORT_PAGE, count: false }, signal);
      yield part;
      if (part.next === '') return;
      pageToken = part.next;
    }
  }

  private async page(
    { tenant }: Caller,
    request: LogsRequest,
    page: Pick<SearchRequest, 'limit' | 'maxBytes' | 'count'>,
    signal: AbortSignal,
  ): Promise<ExportPart> {
    const order = Object.hasOwn(ORDERS, request.order) ? ORDERS[request.order] : undefined;
    if (order === undefined) throw invalidField('order', 'is neither asc nor desc');
    const token = readSearchToken(request.pageToken);
    const nowMs = token?.nowMs ?? Date.now();
    const filter = logsFilterOf(request, instantOfEpochMillis(nowMs));
    const digest = questionDigest(tenant, printFilter(filter), order);
    if (token !== null && token.digest !== digest) throw badSearchToken();
    return this.searches.search({ tenant, filter, order, ...page, after: token?.position, signal }, (found) => {
      const total = found.total ?? token?.total ?? { count: 0, exact: false };
      const next = found.next === null ? '' : searchTokenOf(digest, { position: found.next, nowMs, total });
      // Messages that follow one another are one: the fields behind the records need no look at them.
      const end = LogList.encode({
        logs: [],
        nextPageToken: next,
        total: total.count,
        totalIsExact: total.exact,
        partial: found.partial,
      }).finish();
      return { list: Buffer.concat([encodeLogList({ more: false, forEach: found.forEach }, () => ''), end]), next };
    });
  }
}

/** Then the plain list answers, whose tokens are those of clients that know of no filter. */
function asksForAll(request: LogsRequest): boolean {
  const { query, from, to, order, minLevel, services, traceId, spanId, attributes } = request;
  const texts = [query.trim(), from, to, minLevel, traceId, spanId];
  const plainOrder = order === '' || order === 'desc';
  return plainOrder && texts.every((text) => text === '') && services.length === 0 && Object.keys(attributes).length === 0;
}
