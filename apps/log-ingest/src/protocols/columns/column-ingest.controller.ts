import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CurrentCaller, TakesRawBody, type Caller, type HttpReply } from '#platform';
import { decodeRows } from '../http/decode-rows.js';
import { ForeignIngest } from '../records/foreign-ingest.js';
import { rowsOfColumns } from './rows-of-columns.js';

/** What a client is told: that all is durable, or which rows were refused. */
interface ColumnAnswer {
  readonly request_id: string;
  readonly error?: string;
  readonly rejections?: readonly { readonly index: number; readonly field: string; readonly reason: string }[];
}

/**
 * Timeplus Proton's REST ingest: rows of named columns, read by the same field names as plain HTTP. The stream's name is the
 * service of rows that name none. The body is JSON whatever its content type says.
 *
 * 200 with a `request_id` once the good rows are durable, with `rejections` where some were not taken; 400 where none was, or
 * where columns or data are missing.
 *
 * Source: Timeplus Proton, "Push data to Proton via REST API" (POST /proton/v1/ingest/streams/{stream}).
 */
@Controller('proton')
export class ColumnIngestController {
  constructor(@Inject(ForeignIngest) private readonly ingest: ForeignIngest) {}

  @Get('ping')
  ping(): object {
    return { status: 'UP' };
  }

  @Post('v1/ingest/streams/:name')
  @HttpCode(200)
  @TakesRawBody()
  async postRows(
    @Param('name') name: string,
    @Body() sent: unknown,
    @Headers() headers: IncomingHttpHeaders,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<ColumnAnswer> {
    const body = await this.ingest.inflated(sent, headers);
    const read = { rows: rowsOfColumns(body), replaced: !isUtf8(body) };
    const batch = decodeRows(read, { service: name, trace: null }, this.ingest.callBytes);
    const { accepted, rejected, faults } = await this.ingest.send(caller, batch, { protocol: 'columns', retryKey: '' });
    const request_id = randomUUID();
    if (rejected === 0) return { request_id };
    if (accepted === 0) reply.status(400);
    const rejections = faults.map(({ row, field, reason }) => ({ index: row, field, reason }));
    return { request_id, error: `${rejected} of ${accepted + rejected} rows were refused`, rejections };
  }
}
