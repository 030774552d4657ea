import { Module, type DynamicModule } from '@nestjs/common';
import type { GrpcService } from '#platform';
import { PatternController } from './grpc/pattern.controller.js';
import { QUERY_SERVICE } from './grpc/query-service.js';
import { QueryController } from './grpc/query.controller.js';
import { SearchController } from './grpc/search.controller.js';
import { ServiceMapController } from './grpc/service-map.controller.js';
import { StatusGrpcController } from './grpc/status.controller.js';
import { TailController } from './grpc/tail.controller.js';
import { AggregateQueries } from './queries/aggregate-queries.js';
import { DagQueries } from './queries/dag-queries.js';
import { LogQueries } from './queries/log-queries.js';
import { PatternQueries } from './queries/pattern-queries.js';
import { SearchQueries } from './queries/search-queries.js';
import { ServiceMapQueries } from './queries/service-map-queries.js';
import { SpanQueries } from './queries/span-queries.js';
import { StatusQueries } from './queries/status-queries.js';
import { TraceQueries } from './queries/trace-queries.js';
import { REST_CONTROLLERS } from './rest/controllers.js';
import { TailSocket } from './rest/tail/tail-socket.js';
import { TailFeed } from './tail/tail-feed.js';
import { TailService } from './tail/tail-service.js';
import { WebModule } from './web/web.module.js';

/** What queries are served by on a gRPC port. */
export const QUERY_SERVICES: readonly GrpcService[] = [QUERY_SERVICE];

/** Answers questions from the readers that `adapters` provides. */
@Module({})
export class QueryModule {
  static register(options: { readonly adapters: DynamicModule }): DynamicModule {
    return {
      module: QueryModule,
      imports: [options.adapters, WebModule],
      controllers: [
        QueryController,
        PatternController,
        SearchController,
        ServiceMapController,
        StatusGrpcController,
        TailController,
        ...REST_CONTROLLERS,
      ],
      providers: [
        LogQueries,
        DagQueries,
        PatternQueries,
        SearchQueries,
        AggregateQueries,
        ServiceMapQueries,
        SpanQueries,
        TraceQueries,
        StatusQueries,
        TailFeed,
        TailService,
        TailSocket,
      ],
    };
  }
}
