import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import { toRootspanError } from '../errors/framework-errors.js';
import { Metrics, secondsSince } from './metrics.js';

/** Measures the answers of a query controller (`@UseInterceptors(QueryLatencyInterceptor)`); the handler's name is the rpc's. */
@Injectable()
export class QueryLatencyInterceptor implements NestInterceptor {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const start = process.hrtime.bigint();
    const rpc = context.getHandler().name;
    const observe = (code: string) => this.metrics.queryLatency.observe({ rpc, code }, secondsSince(start));
    return next
      .handle()
      .pipe(tap({ complete: () => observe('ok'), error: (error: unknown) => observe(toRootspanError(error).code) }));
  }
}
