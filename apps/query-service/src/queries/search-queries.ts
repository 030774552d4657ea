import { Inject, Injectable } from '@nestjs/common';
import { LOG_SEARCH, type FoundPage, type LogSearch, type SearchOrder } from '#db';
import { instantOfEpochMillis, printFilter } from '#domain';
import { invalidField, type Caller } from '#platform';
import { LogList, encodeLogList } from '#proto';
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
    const order = Object.hasOwn(ORDERS, request.order) ? ORDERS[request.order] : undefined;
    if (order === undefined) throw invalidField('order', 'is neither asc nor desc');
    const { tenant } = caller;
    const limit = pageSizeOf(request.pageSize);
    const token = readSearchToken(request.pageToken);
    const nowMs = token?.nowMs ?? Date.now();
    const filter = logsFilterOf(request, instantOfEpochMillis(nowMs));
    const digest = questionDigest(tenant, printFilter(filter), order);
    if (token !== null && token.digest !== digest) throw badSearchToken();
    const asked = {
      tenant,
      filter,
      order,
      limit,
      maxBytes: MAX_PAGE_BYTES,
      after: token?.position,
      count: token === null,
      signal,
    };
    return this.searches.search(asked, (page) => {
      const total = page.total ?? token?.total ?? { count: 0, exact: false };
      const tokenAt = (position: NonNullable<FoundPage['next']>): string => searchTokenOf(digest, { position, nowMs, total });
      // Messages that follow one another are one: the fields behind the records need no look at them.
      const end = LogList.encode({
        logs: [],
        nextPageToken: page.next === null ? '' : tokenAt(page.next),
        total: total.count,
        totalIsExact: total.exact,
        partial: page.partial,
      }).finish();
      return Buffer.concat([encodeLogList({ more: false, forEach: page.forEach }, () => ''), end]);
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
