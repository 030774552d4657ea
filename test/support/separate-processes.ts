import { portOf, type AppProcess, type Environment } from './app-process.js';
import type { ContractClient } from './contract-client.js';
import type { Broker } from './kafka.js';
import { DatabaseLook } from './database-look.js';
import type { FaultTarget, StoredRecord } from './fault-run.js';
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
  readonly broker: Broker;
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
    broker,
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
export class SeparateProcesses implements FaultTarget {
  private readonly logs: DatabaseLook;
  private readonly dags: DatabaseLook;

  private constructor(
    private readonly bed: TestBed,
    readonly deployment: Deployment,
    public ingest: AppProcess,
    public processor: AppProcess,
    readonly query: AppProcess,
  ) {
    this.logs = new DatabaseLook(bed, deployment.environment.LOG_INGESTION_DATABASE ?? '');
    this.dags = new DatabaseLook(bed, deployment.environment.DAG_DATABASE ?? '');
  }

  /**
   * Starts the processes, in no particular order, and waits for nothing.
   *
   * @param processor what the environment of the first processor has in place of the others'
   */
  static spawn(bed: TestBed, deployment: Deployment, processor: Environment = {}): SeparateProcesses {
    const { environment } = deployment;
    const query = bed.spawn('query-service', environment);
    const first = bed.spawn('log-processor', { ...environment, ...processor });
    const ingest = bed.spawn('log-ingest', environment);
    return new SeparateProcesses(bed, deployment, ingest, first, query);
  }

  static async start(bed: TestBed, deployment: Deployment, processor: Environment = {}): Promise<SeparateProcesses> {
    return SeparateProcesses.spawn(bed, deployment, processor).untilReady();
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

  /** Starts log-ingest anew, at the addresses that the last one had: callers come back by themselves. */
  async restartIngest(): Promise<void> {
    const ports = { GRPC_PORT: portOf(this.ingest.grpc), HTTP_PORT: portOf(this.ingest.http) };
    this.ingest = await this.bed.start('log-ingest', { ...this.deployment.environment, ...ports });
  }

  /** A client of log-ingest, on a connection of its own. */
  sender(tenant: string): ContractClient {
    return this.bed.client(this.ingest.grpc).as(tenant);
  }

  /** A client of query-service. */
  reader(tenant: string): ContractClient {
    return this.bed.client(this.query.grpc).as(tenant);
  }

  /** All stored records of the tenant. */
  storedRecords(tenant: string): Promise<StoredRecord[]> {
    return this.logs.rows<StoredRecord>('SELECT id, message FROM logs WHERE tenant = $1', [tenant]);
  }

  /** The messages of all stored records of the tenant. */
  async stored(tenant: string): Promise<string[]> {
    return (await this.storedRecords(tenant)).map((record) => record.message);
  }

  async storedCount(tenant: string): Promise<number> {
    const text = 'SELECT count(*)::integer AS count FROM logs WHERE tenant = $1';
    const [row] = await this.logs.rows<{ readonly count: number }>(text, [tenant]);
    return row?.count ?? 0;
  }

  /** Waits until so many records of the tenant are stored. @returns their messages, sorted */
  async untilStored(tenant: string, count: number): Promise<string[]> {
    await waitUntil(async () => (await this.storedCount(tenant)) >= count, `${count} records of ${tenant} are stored`);
    return (await this.stored(tenant)).sort();
  }

  /** By partition: the offset from which the store goes on. */
  async positions(): Promise<ReadonlyMap<number, bigint>> {
    const text = 'SELECT "partition", next_offset FROM bus_positions WHERE topic = $1';
    const rows = await this.logs.rows<{ readonly partition: number; readonly next_offset: string }>(text, [
      this.deployment.topic,
    ]);
    return new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
  }

  /** Waits until everything on the topic is stored, as the broker and the store say it themselves. */
  async untilDrained(): Promise<void> {
    const { broker, topic } = this.deployment;
    await waitUntil(
      async () => {
        const [ends, positions] = await Promise.all([broker.ends(topic), this.positions()]);
        return [...ends].every(([partition, end]) => end === 0n || positions.get(partition) === end);
      },
      `everything on ${topic} is stored`,
      LONG_BOUND_MS,
    );
  }

  /** Waits until each of the tenant's failed traces has the DAG of all its stored records. @returns how many these are */
  async untilDagsAreWhole(tenant: string): Promise<number> {
    const failed = await this.logs.rows<TraceCount>(FAILED_TRACES, [tenant]);
    await waitUntil(
      async () => {
        const built = await this.dags.rows<TraceCount>(BUILT_TRACES, [tenant]);
        const counts = new Map(built.map((row) => [row.trace_id, row.count]));
        const behind = failed.filter((trace) => counts.get(trace.trace_id) !== trace.count);
        if (behind.length > 0) throw new Error(`${behind.length} are not, the first is ${JSON.stringify(behind[0])}`);
        return counts.size === failed.length;
      },
      `the DAGs of the ${failed.length} failed traces of ${tenant} are whole`,
      LONG_BOUND_MS,
    );
    return failed.length;
  }

  /** How many records of the trace are stored. */
  async traceCount(tenant: string, traceId: string): Promise<number> {
    const text = 'SELECT count(*)::integer AS count FROM logs WHERE tenant = $1 AND trace_id = $2';
    const [row] = await this.logs.rows<{ readonly count: number }>(text, [tenant, traceId]);
    return row?.count ?? 0;
  }

  /** The row of a trace's DAG as it stands in its database; null where there is none. */
  async dagRow(tenant: string, traceId: string): Promise<DagRow | null> {
    const text = 'SELECT *, xmin::text AS written_by FROM dags WHERE tenant = $1 AND trace_id = $2';
    const [row] = await this.dags.rows<DagRow>(text, [tenant, traceId]);
    return row ?? null;
  }

  /** Waits until the processor has read the topic to its end. */
  async untilCaughtUp(): Promise<void> {
    await waitUntil(
      async () => (await readMetrics(this.processor.http)).rootspan_consumer_lag_messages === 0,
      'the processor has read the topic to its end',
    );
  }
}

/** A deployment on a server with both databases. */
export function deploymentOn(broker: Broker, postgres: RestartablePostgres): Deployment {
  return deploymentOf(broker, postgres.url(DATABASES[0]), postgres.url(DATABASES[1]));
}

/** A row of `dags`, with the transaction that wrote it last. */
export interface DagRow {
  readonly version: string;
  readonly log_count: number;
  readonly written_by: string;
}

interface TraceCount {
  readonly trace_id: string;
  readonly count: number;
}

/** A consumer group gives the partitions of a member that died to others only after its session. */
const LONG_BOUND_MS = 120_000;
/** ERROR and worse, as OpenTelemetry numbers them. */
const FAILED_TRACES = `
  SELECT trace_id, count(*)::integer AS count FROM logs WHERE tenant = $1 AND trace_id IS NOT NULL
  GROUP BY trace_id HAVING max(severity) >= 17`;
const BUILT_TRACES = 'SELECT trace_id, log_count AS count FROM dags WHERE tenant = $1';
