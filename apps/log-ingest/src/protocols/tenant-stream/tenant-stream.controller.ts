import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Patch, Post, Put, Req } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import {
  CurrentCaller,
  TakesRawBody,
  invalidField,
  malformed,
  routeNotFound,
  type Caller,
  type HttpRequest,
  type RootspanError,
} from '#platform';
import { decodeJsonPush } from '../loki/decode-json-push.js';
import { ForeignIngest, digestKey } from '../records/foreign-ingest.js';
import { RecordBatch } from '../records/record-batch.js';
import { timestampOf, timestampOfNanos } from '../records/timestamp.js';

/** This API's tenants are named by so many characters. */
const TENANT_CHARACTERS = 10;

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
    const retryKey = batch.hasFineTimes ? digestKey(body) : '';
    const { accepted, rejected, faults } = await this.ingest.send(caller, batch, { protocol: 'tenant-stream', retryKey });
    const [first] = faults;
    if (first === undefined) return;
    const sentence = `${rejected} of ${rejected + accepted} entries were refused, the others are kept`;
    throw malformed(`${sentence}; entry ${first.row}: ${first.field} ${first.reason}.`);
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

/** Digits are nanoseconds whatever their number, as in Loki's push. */
function readTime(time: unknown): string | null {
  if (typeof time !== 'string' && typeof time !== 'number') return null;
  const text = String(time).trim();
  return timestampOfNanos(text) ?? (typeof time === 'string' ? timestampOf(text) : null);
}
