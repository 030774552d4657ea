import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CallSignal, CurrentCaller, DecodePipe, QueryLatencyInterceptor, type Caller } from '#platform';
import { GetServiceMapRequest, type ServiceMap } from '#proto';
import { ServiceMapQueries } from '../queries/service-map-queries.js';
import { answer } from './answer.js';

/** The rpc of `query.QueryService` about services. */
@Controller()
@UseInterceptors(QueryLatencyInterceptor)
export class ServiceMapController {
  constructor(@Inject(ServiceMapQueries) private readonly maps: ServiceMapQueries) {}

  @GrpcMethod('QueryService', 'GetServiceMap')
  getServiceMap(
    @Payload(new DecodePipe(GetServiceMapRequest)) request: GetServiceMapRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
  ): Promise<ServiceMap> {
    return answer('serviceMapFailed', signal, this.maps.map(caller, request, signal));
  }
}
