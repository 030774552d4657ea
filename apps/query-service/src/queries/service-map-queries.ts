import { Inject, Injectable } from '@nestjs/common';
import { SERVICE_MAP_READER, type ServiceMapReader } from '#db';
import type { Caller } from '#platform';
import { serviceMapToWire, type ServiceMap } from '#proto';
import { rangeOf } from './filter-request.js';

/** Which services call which; the transports only translate. */
@Injectable()
export class ServiceMapQueries {
  constructor(@Inject(SERVICE_MAP_READER) private readonly maps: ServiceMapReader) {}

  async map(caller: Caller, question: { readonly from: string; readonly to: string }, signal: AbortSignal): Promise<ServiceMap> {
    const { from, to } = rangeOf({ ...question, query: '' });
    return serviceMapToWire({ from, to, ...(await this.maps.read({ tenant: caller.tenant, from, to, signal })) });
  }
}
