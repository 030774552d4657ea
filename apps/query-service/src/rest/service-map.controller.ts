import { Controller, Get, Inject, Query, Res, UseInterceptors } from '@nestjs/common';
import {
  answered,
  CurrentCaller,
  JSON_TYPE,
  parametersOf,
  QueryLatencyInterceptor,
  RequestSignal,
  type Caller,
  type HttpReply,
  type RawQuery,
} from '#platform';
import { messageToJson, ServiceMap } from '#proto';
import { ServiceMapQueries } from '../queries/service-map-queries.js';
import { answer } from './answer.js';

/** Who called whom, and what failed. */
@Controller('api/v1/service-map')
@UseInterceptors(QueryLatencyInterceptor)
export class ServiceMapRestController {
  constructor(@Inject(ServiceMapQueries) private readonly maps: ServiceMapQueries) {}

  /** `query.ServiceMap`. */
  @Get()
  async getServiceMap(
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const range = parametersOf(query, ['from', 'to']);
    const map = await answer('serviceMapFailed', signal, this.maps.map(caller, range, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.ServiceMap', ServiceMap.encode(map).finish()));
  }
}
