import type { Client } from 'pg';
import type { AppProcess, Environment } from './app-process.js';
import type { ContractClient } from './contract-client.js';
import type { Broker } from './kafka.js';
import { account, type Account, type Load } from './load.js';
import { readMetrics } from './metrics.js';
import { unique } from './records.js';
import type { RestartablePostgres } from './restartable-postgres.js';
import type { TestBed } from './test-bed.js';
import { waitUntil } from './wait-until.js';

/** The databases of the separate processes, in the order of their variables. */
export const DATABASES = ['log_ingestion_db', 'dag_builder_db'] as const;

/** Configuration of one set of processes: databases as given, topics and consumer group of its own. */
export interface Deployment {
  readonly environment: Environment;
  readonly topic: string;
  readonly deadLetterTopic: string;
  readonly groupId: string;
}

export function deploymentOf(
  broker: Broker,
  logIngestionUrl: string,
  dagUrl: string,
  topic = unique('logs.raw'),
  partitions = 4,
): Deployment {
  const deadLetterTopic = topic.replace('raw', 'dlq');
  const groupId = unique('processors');
  return {
    topic,
    deadLetterTopic,
    groupId,
    environment: {
      KAFKA_BROKERS: broker.address,
      KAFKA_TOPIC: topic,
      KAFKA_DLQ_TOPIC: deadLetterTopic,
      KAFKA_GROUP_ID: groupId,
      KAFKA_PARTITIONS: String(partitions),
      LOG_INGESTION_DATABASE: logIngestionUrl,
      DAG_DATABASE: dagUrl,
    },
  };
}

/** log-ingest, log-processor and query-service with one configuration. */
export class SeparateProcesses {
  private sql: Client | null = null;

  private constructor(
    private readonly bed: TestBed,
    readonly deployment: Deployment,
    readonly ingest: AppProcess,
    public processor: AppProcess,
    readonly query: AppProcess,
  ) {}

  /** Starts the processes, in no particular order, and waits for nothing. */
  static spawn(bed: TestBed, deployment: Deployment): SeparateProcesses {
    const { environment } = deployment;
    const query = bed.spawn('query-service', environment);
    const processor = bed.spawn('log-processor', environment);
    const ingest = bed.spawn('log-ingest', environment);
    return new SeparateProcesses(bed, deployment, ingest, processor, query);
  }

  static async start(bed: TestBed, deployment: Deployment): Promise<SeparateProcesses> {
    return SeparateProcesses.spawn(bed, deployment).untilReady();
  }

  get all(): readonly AppProcess[] {
    return [this.ingest, this.processor, this.query];
  }

  async untilReady(): Promise<this> {
    await Promise.all(this.all.map((app) => app.untilReady()));
    return this;
  }

  /** Another processor with the same configuration. */
  async startProcessor(): Promise<AppProcess> {
    return this.bed.start('log-processor', this.deployment.environment);
  }

  /** A client of log-ingest. */
  sender(tenant: string): ContractClient {
    return this.bed.client(this.ingest.grpc).as(tenant);
  }

  /** A client of query-service. */
  reader(tenant: string): ContractClient {
    return this.bed.client(this.query.grpc).as(tenant);
  }

  /** The messages of all stored records of the tenant. */
  async stored(tenant: string): Promise<string[]> {
    const url = this.deployment.environment.LOG_INGESTION_DATABASE ?? '';
    this.sql ??= await this.bed.sql(url);
    const { rows } = await this.sql.query<{ message: string }>('SELECT message FROM logs WHERE tenant = $1', [tenant]);
    return rows.map((row) => row.message);
  }

  /** Waits until so many records of the tenant are stored. @returns their messages, sorted */
  async untilStored(tenant: string, count: number): Promise<string[]> {
    const stored = await waitUntil(async () => {
      const messages = await this.stored(tenant);
      return messages.length >= count ? messages : null;
    }, `${count} records of ${tenant} are stored`);
    return stored.sort();
  }

  /** Waits until the load's acknowledged records are stored and nothing is left to read, then compares the two. */
  async accountOf(load: Load, tenant: string): Promise<Account> {
    await this.untilStored(tenant, load.acked.size);
    await this.untilCaughtUp();
    return account(load, await this.stored(tenant));
  }

  /** Waits until the processor has read the topic to its end. */
  async untilCaughtUp(): Promise<void> {
    await waitUntil(
      async () => (await readMetrics(this.processor.http)).rootspan_consumer_lag_messages === 0,
      'the processor has read the topic to its end',
    );
  }

  /** The connection for `stored` was lost with its database: the next one is new. */
  forgetConnection(): void {
    this.sql = null;
  }
}

/** A deployment on a server with both databases. */
export function deploymentOn(broker: Broker, postgres: RestartablePostgres): Deployment {
  return deploymentOf(broker, postgres.url(DATABASES[0]), postgres.url(DATABASES[1]));
}
