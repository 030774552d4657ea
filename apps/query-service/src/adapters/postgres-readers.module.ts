import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  DAG_READER,
  LOG_READER,
  LOG_SEARCH,
  LOG_TAIL,
  PATTERN_READER,
  PATTERN_STATE_WRITER,
  SERVICE_MAP_READER,
  SPAN_READER,
  STORE_STATUS_READER,
  TRACE_SUMMARY_READER,
} from '#db';
import {
  Database,
  PostgresDagStore,
  PostgresLogReader,
  PostgresLogSearch,
  PostgresLogTail,
  PostgresPatternStore,
  PostgresServiceMap,
  PostgresSpanReader,
  PostgresStoreStatus,
  PostgresTraceSummary,
  schemaIsCurrent,
  type RecentBatches,
} from '#db/postgres';
import { LOGGER, ReadinessRegistry, redactUrl, type CheckOutcome, type Logger } from '#platform';

const LOG_DATABASE = Symbol('LogDatabase');
const DAG_DATABASE = Symbol('DagDatabase');
const CONNECTIONS = 8;

/** Tells readiness about the databases; the schema is the processor's to make. */
@Injectable()
class ReadersHealth implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(LOG_DATABASE) private readonly logs: Database,
    @Inject(DAG_DATABASE) private readonly dags: Database,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
  ) {}

  onModuleInit(): void {
    this.readiness.add({ name: 'queries: log-ingestion-db', check: () => checked(schemaIsCurrent(this.logs, 'log-ingestion')) });
    this.readiness.add({ name: 'queries: dag-builder-db', check: () => checked(schemaIsCurrent(this.dags, 'dag-builder')) });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.logs.close(), this.dags.close()]);
  }
}

async function checked(current: Promise<boolean>): Promise<CheckOutcome> {
  return (await current)
    ? { ok: true }
    : { ok: false, reason: 'Migrations have not run: start the log-processor, which brings the schema.' };
}

/** The store's reading ports on PostgreSQL, and the one that sets states of patterns: the only thing that queries write. */
@Module({})
export class PostgresReadersModule {
  static register(options: {
    readonly logIngestionUrl: string;
    readonly dagUrl: string;
    readonly applicationName: string;
    /** What this process stores itself. */
    readonly recent?: RecentBatches;
  }): DynamicModule {
    const database = (url: string) => ({
      inject: [LOGGER],
      useFactory: (logger: Logger) =>
        new Database({
          url,
          applicationName: options.applicationName,
          maxConnections: CONNECTIONS,
          onConnectionError: (error) =>
            logger.warn({ reason: error.message, database: redactUrl(url) }, 'A database connection broke.'),
        }),
    });
    return {
      module: PostgresReadersModule,
      providers: [
        { provide: LOG_DATABASE, ...database(options.logIngestionUrl) },
        { provide: DAG_DATABASE, ...database(options.dagUrl) },
        { provide: LOG_READER, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresLogReader(logs) },
        { provide: SPAN_READER, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresSpanReader(logs) },
        { provide: LOG_SEARCH, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresLogSearch(logs) },
        { provide: LOG_TAIL, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresLogTail(logs, options.recent) },
        { provide: SERVICE_MAP_READER, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresServiceMap(logs) },
        { provide: DAG_READER, inject: [DAG_DATABASE], useFactory: (dags: Database) => new PostgresDagStore(dags) },
        {
          provide: PATTERN_READER,
          inject: [DAG_DATABASE],
          useFactory: (dags: Database) => new PostgresPatternStore(dags),
        },
        { provide: PATTERN_STATE_WRITER, useExisting: PATTERN_READER },
        {
          provide: TRACE_SUMMARY_READER,
          inject: [LOG_DATABASE],
          useFactory: (logs: Database) => new PostgresTraceSummary(logs),
        },
        {
          provide: STORE_STATUS_READER,
          inject: [LOG_DATABASE, DAG_DATABASE],
          useFactory: (logs: Database, dags: Database) => new PostgresStoreStatus(logs, dags),
        },
        ReadersHealth,
      ],
      exports: [
        LOG_READER,
        LOG_SEARCH,
        LOG_TAIL,
        DAG_READER,
        PATTERN_READER,
        PATTERN_STATE_WRITER,
        SERVICE_MAP_READER,
        SPAN_READER,
        TRACE_SUMMARY_READER,
        STORE_STATUS_READER,
      ],
    };
  }
}
