import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Patch, Post, Put, Req } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import {
  CurrentCaller,
  TakesRawBody,
  invalidField,
  routeNotFound,
  type Caller,
  type HttpRequest,
  type RootspanError,
} from '#platform';
import { decodeJsonPush } from '../loki/decode-json-push.js';
import { ForeignIngest } from '../records/foreign-ingest.js';
import { RecordBatch } from '../records/record-batch.js';
import { TENANT_CHARACTERS, readTime, sendPush } from './tenant-push.js';

/**
 * The tenant-stream API: POST /api/push takes `{"streams": [{"stream": {labels}, "values": [[time, line], ...]}]}` for the
 * tenant that the header `tenant-id` names by exactly ten characters, and GET /api/health answers while the process lives.
 *
 * A time is a date (midnight UTC), RFC 3339, or nanoseconds since 1970. Answers 200 with an empty body once all is durable, 400
 * with the entry that is at fault.
 */
@Controller('api')
export class TenantStreamController {
  constructor(@Inject(ForeignIngest) private readonly ingest: ForeignIngest) {}

  @Get('health')
  health(): object {
    return { status: 'ok' };
  }

  @Post('push')
  @HttpCode(200)
  @TakesRawBody()
  async push(@Body() sent: unknown, @Headers() headers: IncomingHttpHeaders, @CurrentCaller() caller: Caller): Promise<void> {
    if (headers['tenant-id'] === undefined || caller.tenant.length !== TENANT_CHARACTERS) {
      throw invalidField('tenant-id', `must be a header of exactly ${TENANT_CHARACTERS} characters`);
    }
    const body = await this.ingest.inflated(sent, headers);
    const batch = new RecordBatch(this.ingest.callBytes);
    decodeJsonPush(body, batch, readTime);
    await sendPush(this.ingest, caller, body, batch);
  }

  // Clients of this API are told 404 by other methods, not 405.

  @Get('push')
  getPush(@Req() request: HttpRequest): never {
    throw notServed(request);
  }

  @Put('push')
  @TakesRawBody()
  putPush(@Req() request: HttpRequest): never {
    throw notServed(request);
  }

  @Patch('push')
  @TakesRawBody()
  patchPush(@Req() request: HttpRequest): never {
    throw notServed(request);
  }

  @Delete('push')
  @TakesRawBody()
  deletePush(@Req() request: HttpRequest): never {
    throw notServed(request);
  }
}

function notServed({ method, url }: HttpRequest): RootspanError {
  return routeNotFound(method, url.split('?')[0] ?? '');
}
