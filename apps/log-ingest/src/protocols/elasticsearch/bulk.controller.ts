import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CurrentCaller, TakesRawBody, type Caller, type HttpReply } from '#platform';
import { ForeignIngest, digestKey } from '../records/foreign-ingest.js';
import { bulkAnswer } from './bulk-answer.js';
import { decodeBulk } from './decode-bulk.js';
import { ELASTICSEARCH, jsonBody } from './elasticsearch-answers.js';

/**
 * Elasticsearch's bulk API, by which log shippers write: POST or PUT /_bulk and /{index}/_bulk.
 *
 * 200 with an item for each operation once the good documents are durable: 201, or 400 with its error. The whole request is 400
 * where it can't be read, 413 where it is too large; 429 and 503 are to be sent again. Pipelines, routing, refresh and versions are
 * not looked at.
 *
 * Source: Elasticsearch 8, "Bulk API".
 */
@Controller()
export class ElasticsearchBulkController {
  constructor(@Inject(ForeignIngest) private readonly ingest: ForeignIngest) {}

  @Post(['_bulk', ':index/_bulk'])
  @HttpCode(200)
  @TakesRawBody(ELASTICSEARCH)
  postBulk(
    @Param('index') index: string | undefined,
    @Body() sent: unknown,
    @Headers() headers: IncomingHttpHeaders,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer> {
    return this.bulk(index ?? '', sent, headers, caller, reply);
  }

  @Put(['_bulk', ':index/_bulk'])
  @TakesRawBody(ELASTICSEARCH)
  putBulk(
    @Param('index') index: string | undefined,
    @Body() sent: unknown,
    @Headers() headers: IncomingHttpHeaders,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Buffer> {
    return this.bulk(index ?? '', sent, headers, caller, reply);
  }

  private async bulk(
    index: string,
    sent: unknown,
    headers: IncomingHttpHeaders,
    caller: Caller,
    reply: HttpReply,
  ): Promise<Buffer> {
    const start = performance.now();
    const body = await this.ingest.inflated(sent, headers);
    const { batch, items } = decodeBulk(body, index, this.ingest.callBytes);
    // A bulk request has no key, but the same bytes again are a retry where their clock is finer than a second.
    const retryKey = headers['x-rootspan-dedupe'] === 'off' || !batch.hasFineTimes ? '' : digestKey(body);
    const { faults } = await this.ingest.send(caller, batch, { protocol: 'elasticsearch', retryKey });
    return jsonBody(reply, headers.accept, bulkAnswer(Math.round(performance.now() - start), items, faults));
  }
}
