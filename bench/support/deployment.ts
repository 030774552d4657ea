import { mkdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#embedded-postgres';
import { App, ROOT } from './app.js';
import type { Cleanup } from './cleanup.js';
import { progress } from './report.js';
import type { MeasuredProcess } from './usage.js';

export type Bus = 'in-process' | 'kafka';

/** A server with the product's own settings, fsync included, in a folder that goes away afterwards. */
export interface BenchServer {
  readonly postgres: EmbeddedPostgres;
  readonly process: MeasuredProcess;
  readonly logsUrl: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A database for copy-limit, on the same server as the logs. */
export const COPY_DATABASE = 'copy_limit';
const LOG_DATABASE = 'log_ingestion';
const DAG_DATABASE = 'dag_builder';
const STORED_BOUND_MS = 300_000;
const POLL_MS = 50;

/** @param parent folder on the disk to be measured; empty: the system's temporary folder */
export async function startServer(cleanup: Cleanup, parent: string): Promise<BenchServer> {
  progress('starting PostgreSQL');
  const folder = await mkdtemp(join(parent === '' ? tmpdir() : resolve(parent), 'rootspan-bench-'));
  await chmod(folder, 0o755); // the database's user must get through
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, databases: [LOG_DATABASE, DAG_DATABASE, COPY_DATABASE] });
  cleanup.defer(() => postgres.stop());
  return {
    postgres,
    process: { name: 'postgres', pid: postgres.pid() ?? Number.NaN, isNode: false },
    logsUrl: postgres.url(LOG_DATABASE),
    environment: { LOG_INGESTION_DATABASE: postgres.url(LOG_DATABASE), DAG_DATABASE: postgres.url(DAG_DATABASE) },
  };
}

/** Runs `work` with a connection of its own. */
export async function withSql<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'rootspan bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Everything between a sender and a reader, running. */
export class Deployment {
  private constructor(
    readonly server: BenchServer,
    private readonly ingest: App,
    private readonly processor: App,
    private readonly query: App,
    readonly processes: readonly MeasuredProcess[],
  ) {}

  /**
   * @param cpuProf folder for CPU profiles of the apps; empty: none
   * @param nodeArgs further arguments of Node for all apps, separated by spaces
   */
  static async start(cleanup: Cleanup, server: BenchServer, bus: Bus, cpuProf = '', nodeArgs = ''): Promise<Deployment> {
    if (cpuProf !== '') mkdirSync(cpuProf, { recursive: true });
    const start = async (name: App['name'], environment: BenchServer['environment']): Promise<App> => {
      progress(`starting ${name}`);
      const app = await App.start(name, { environment, cpuProf: cpuProf === '' ? '' : resolve(cpuProf), nodeArgs });
      cleanup.defer(() => app.stop());
      return app;
    };
    if (bus === 'in-process') {
      const app = await start('all-in-one', server.environment);
      return new Deployment(server, app, app, app, [node(app), server.process]);
    }
    const broker = await startBroker(cleanup);
    const environment = { ...server.environment, KAFKA_BROKERS: broker.brokers };
    const processor = await start('log-processor', environment);
    const ingest = await start('log-ingest', environment);
    const query = await start('query-service', environment);
    const kafka = { name: 'kafka', pid: broker.pid, isNode: false };
    return new Deployment(server, ingest, processor, query, [...[ingest, processor, query].map(node), kafka, server.process]);
  }

  /** host:port of the ingest service. */
  get ingestAddress(): string {
    return this.ingest.grpc;
  }

  /** host:port of the OTLP/gRPC receiver. */
  get otlpAddress(): string {
    return this.ingest.otlpGrpc;
  }

  /** host:port of the query service. */
  get queryAddress(): string {
    return this.query.grpc;
  }

  /** Ends the apps, which writes their CPU profiles. */
  async stopApps(): Promise<void> {
    for (const app of new Set([this.ingest, this.processor, this.query])) await app.stop();
  }

  /** Waits until so many records are committed. @throws Error where that takes too long */
  async untilStored(records: number): Promise<void> {
    const end = performance.now() + STORED_BOUND_MS;
    for (;;) {
      const stored = await this.processor.metric('rootspan_records_stored_total');
      if (stored >= records) return;
      if (performance.now() > end) throw new Error(`Only ${stored} of ${records} records are stored.`);
      await pause(POLL_MS);
    }
  }

  /** Counts the rows. @throws Error where they are not exactly so many */
  async requireRows(records: number): Promise<void> {
    const { rows } = await withSql(this.server.logsUrl, (client) =>
      client.query<{ n: string }>('SELECT count(*) AS n FROM logs'),
    );
    if (Number(rows[0]?.n) !== records) throw new Error(`${rows[0]?.n} rows are stored, ${records} were acknowledged.`);
  }
}

function node(app: App): MeasuredProcess {
  return { name: app.name, pid: app.pid, isNode: true };
}

async function startBroker(cleanup: Cleanup) {
  progress('starting Kafka');
  // A tool outside of dist: found by its place in the repository.
  const tool = pathToFileURL(join(ROOT, 'tools', 'kafka', 'kafka.mjs')).href;
  const { startKafka } = (await import(tool)) as typeof import('../../tools/kafka/kafka.mjs');
  const broker = await startKafka({ onProgress: progress });
  cleanup.defer(() => broker.remove());
  return broker;
}
