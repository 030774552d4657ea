import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CurrentCaller, DEFAULT_TENANT, DecodePipe, invalidField, type Caller } from '#platform';
import type { IngesterResponse } from '#proto';
import { recordOfEntry } from '../loki/stream-record.js';
import { ForeignIngest } from '../records/foreign-ingest.js';
import { RecordBatch } from '../records/record-batch.js';
import { PUSH_REQUEST, type PushRequest } from './push-request.js';
import { TENANT_CHARACTERS, readTime, sendPush } from './tenant-push.js';

const TENANT = new RegExp(`^[A-Za-z0-9_.-]{${TENANT_CHARACTERS}}$`);

/**
 * `proto.IngesterService` (proto/ingester.proto): the tenant-stream API over gRPC.
 *
 * INVALID_ARGUMENT names the field: a tenant that has not ten characters or is another than that of the metadata, a time that can
 * not be read; nothing is stored then.
 */
@Controller()
export class IngesterController {
  private readonly decode = new DecodePipe(PUSH_REQUEST);

  constructor(@Inject(ForeignIngest) private readonly ingest: ForeignIngest) {}

  @GrpcMethod('IngesterService', 'PushToIngester')
  async pushToIngester(@Payload() body: Buffer, @CurrentCaller() caller: Caller): Promise<IngesterResponse> {
    const request = this.decode.transform(body);
    const tenant = tenantOf(request.tenant, caller);
    const batch = new RecordBatch(this.ingest.callBytes);
    decodeStreams(request, batch);
    await sendPush(this.ingest, { ...caller, tenant }, body, batch);
    return { result: 'accepted' };
  }
}

function tenantOf(named: string, caller: Caller): string {
  const tenant = named === '' ? caller.tenant : named;
  if (!TENANT.test(tenant)) {
    throw invalidField('TenantID', `must be exactly ${TENANT_CHARACTERS} letters, digits, dots, underscores or hyphens`);
  }
  if (caller.tenant !== DEFAULT_TENANT && caller.tenant !== tenant) {
    throw invalidField('TenantID', `is another than ${JSON.stringify(caller.tenant)} of the metadata: send one tenant a call`);
  }
  return tenant;
}

function decodeStreams({ streams }: PushRequest, batch: RecordBatch): void {
  let row = 0;
  streams.forEach(({ labels, values }, s) => {
    values.forEach(({ time, line }, v) => {
      const timestamp = readTime(time);
      if (timestamp === null) throw invalidField(`Streams[${s}].TwoDimValue[${v}].valTime`, 'is no time that can be read');
      batch.add(row++, recordOfEntry(labels, { timestamp, line, metadata: [], replaced: false }));
    });
  });
}
