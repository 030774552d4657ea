import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DEAD_LETTERS } from '#bus';
import {
  DAG_RETENTION,
  DAG_WRITER,
  ERROR_TRACE_QUEUE,
  LOG_MAINTENANCE,
  LOG_READER,
  LOG_WRITER,
  PATTERN_EVENTS,
  SEARCH_UPKEEP,
  SPAN_READER,
} from '#db';
import {
  Database,
  PostgresDagRetention,
  PostgresDagStore,
  PostgresDeadLetters,
  PostgresErrorTraceQueue,
  PostgresLogMaintenance,
  PostgresLogReader,
  PostgresLogWriter,
  PostgresPatternEvents,
  PostgresSearchUpkeep,
  PostgresSpanReader,
  migrateDatabase,
  partitionWidthDays,
  type RecentBatches,
} from '#db/postgres';
import { ClosingError, LOGGER, ReadinessRegistry, redactUrl, waitFor, type Logger } from '#platform';
import { PATTERN_EVENT_DAYS } from '../maintenance/pattern-event-sweep.js';
import { DAG_DAYS } from '../maintenance/dag-sweep.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';
import { logReplay } from './log-replay.js';

export interface StoreOptions {
  /** PostgreSQL URLs; both may name one database. */
  readonly logIngestionUrl: string;
  readonly dagUrl: string;
  readonly applicationName: string;
  /** Whether dead letters go into a table, because no bus keeps them. */
  readonly keepDeadLetters: boolean;
  /** Days that records are kept, counted from their receipt. */
  readonly retentionDays: number;
  /** Most that records and their indexes may take on disk; null: no bound. */
  readonly retentionBytes: number | null;
  /** Keeps what is stored for the live tails of this process. */
  readonly recent?: RecentBatches;
}

const LOG_DATABASE = Symbol('LogDatabase');
const DAG_DATABASE = Symbol('DagDatabase');
/** Batches of several partitions are stored side by side; the DAG builder reads beside them. */
const LOG_CONNECTIONS = 10;
const DAG_CONNECTIONS = 4;
/** Two batches meet at a lock for milliseconds; whoever holds one longer may have been frozen. */
const LOCK_TIMEOUT_MS = 5_000;

/** Brings both databases to the newest schema, however long they take to come up, and tells readiness about them. */
@Injectable()
class StoreStartup implements OnModuleInit, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private problem: string | null = 'Migrations have not run yet.';
  private migrating: Promise<void> | null = null;

  constructor(
    @Inject(LOG_DATABASE) private readonly logs: Database,
    @Inject(DAG_DATABASE) private readonly dags: Database,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.readiness.add({ name: 'log-ingestion-db', check: () => this.logs.ping().then(() => ({ ok: true })) });
    this.readiness.add({ name: 'dag-builder-db', check: () => this.dags.ping().then(() => ({ ok: true })) });
    this.readiness.add({
      name: 'migrations',
      check: () => Promise.resolve(this.problem === null ? { ok: true } : { ok: false, reason: this.problem }),
    });
    this.migrating = this.migrate();
    // Whoever waits for it sees the failure; nobody may wait yet.
    this.migrating.catch(() => undefined);
  }

  /** Resolves once both schemas are there. */
  async ready(): Promise<void> {
    await this.migrating;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort(new ClosingError());
    await Promise.all([this.logs.close(), this.dags.close()]);
  }

  private async migrate(): Promise<void> {
    const options = { logger: this.logger, signal: this.stopping.signal };
    await waitFor('the log database (LOG_INGESTION_DATABASE)', () => migrateDatabase(this.logs, 'log-ingestion'), options);
    await waitFor('the DAG database (DAG_DATABASE)', () => migrateDatabase(this.dags, 'dag-builder'), options);
    this.problem = null;
  }
}

/** The store's ports on PostgreSQL, as the processor needs them. */
@Module({})
export class PostgresStoreModule {
  static register(options: StoreOptions): DynamicModule {
    const database = (url: string, maxConnections: number) => ({
      inject: [LOGGER],
      useFactory: (logger: Logger) =>
        new Database({
          url,
          applicationName: options.applicationName,
          maxConnections,
          lockTimeoutMs: LOCK_TIMEOUT_MS,
          onConnectionError: (error) =>
            logger.warn({ reason: error.message, database: redactUrl(url) }, 'A database connection broke.'),
        }),
    });
    return {
      module: PostgresStoreModule,
      providers: [
        { provide: LOG_DATABASE, ...database(options.logIngestionUrl, LOG_CONNECTIONS) },
        { provide: DAG_DATABASE, ...database(options.dagUrl, DAG_CONNECTIONS) },
        {
          provide: LOG_WRITER,
          inject: [LOG_DATABASE, LOGGER],
          useFactory: (logs: Database, logger: Logger) =>
            new PostgresLogWriter(logs, {
              partitionDays: partitionWidthDays(options.retentionDays, options.retentionBytes),
              onReplay: (event) => logReplay(logger, event),
              ...(options.recent !== undefined && { recent: options.recent }),
            }),
        },
        {
          provide: LOG_MAINTENANCE,
          inject: [LOG_DATABASE],
          useFactory: (logs: Database) =>
            new PostgresLogMaintenance(logs, { retentionDays: options.retentionDays, maxBytes: options.retentionBytes }),
        },
        { provide: SEARCH_UPKEEP, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresSearchUpkeep(logs) },
        { provide: LOG_READER, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresLogReader(logs) },
        { provide: SPAN_READER, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresSpanReader(logs) },
        { provide: ERROR_TRACE_QUEUE, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresErrorTraceQueue(logs) },
        { provide: DAG_WRITER, inject: [DAG_DATABASE], useFactory: (dags: Database) => new PostgresDagStore(dags) },
        { provide: PATTERN_EVENTS, inject: [DAG_DATABASE], useFactory: (dags: Database) => new PostgresPatternEvents(dags) },
        { provide: DAG_RETENTION, inject: [DAG_DATABASE], useFactory: (dags: Database) => new PostgresDagRetention(dags) },
        // A record is kept for a partition's width longer than the retention; so is what was made of it.
        { provide: DAG_DAYS, useValue: options.retentionDays + partitionWidthDays(options.retentionDays) },
        { provide: PATTERN_EVENT_DAYS, useValue: options.retentionDays },
        ...(options.keepDeadLetters
          ? [{ provide: DEAD_LETTERS, inject: [LOG_DATABASE], useFactory: (logs: Database) => new PostgresDeadLetters(logs) }]
          : []),
        StoreStartup,
        {
          provide: STORE_READY,
          inject: [StoreStartup],
          useFactory:
            (startup: StoreStartup): StoreReady =>
            () =>
              startup.ready(),
        },
      ],
      exports: [
        LOG_WRITER,
        LOG_MAINTENANCE,
        SEARCH_UPKEEP,
        LOG_READER,
        SPAN_READER,
        ERROR_TRACE_QUEUE,
        DAG_WRITER,
        PATTERN_EVENTS,
        PATTERN_EVENT_DAYS,
        DAG_RETENTION,
        DAG_DAYS,
        STORE_READY,
        ...(options.keepDeadLetters ? [DEAD_LETTERS] : []),
      ],
    };
  }
}
