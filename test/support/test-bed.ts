import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startThrowawayPostgres, type ThrowawayPostgres } from '#embedded-postgres';
import { AppProcess, type AppName, type Environment } from './app-process.js';
import { ContractClient } from './contract-client.js';
import { embeddedDatabasePid } from './embedded-database.js';
import { isAlive } from './processes.js';
import { RestartablePostgres } from './restartable-postgres.js';
import { waitUntil } from './wait-until.js';

/** Longer than any bound that a test waits for, so that a failure is told by the wait's own sentence. */
const TEST_TIMEOUT_MS = 150_000;

/**
 * What a test file starts, and what ends with it: processes, connections, servers, folders. Everything is ended after
 * the file's last test, last first, whatever became of the tests.
 */
export class TestBed {
  private readonly endings: (() => void | Promise<unknown>)[] = [];

  /** To be run at the end of the file. */
  defer(ending: () => void | Promise<unknown>): void {
    this.endings.push(ending);
  }

  /** A new folder that a database of another user can reach. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'rootspan-test-'));
    await chmod(folder, 0o755);
    this.defer(async () => {
      // The database of an all-in-one that was killed ends by itself; only then may its folder go.
      await waitUntil(() => endOfDatabase(folder), `the database in ${folder} has ended`);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
    return folder;
  }

  /** Starts the process only; see AppProcess for what can be waited for. */
  spawn(name: AppName, environment: Environment): AppProcess {
    const app = new AppProcess(name, environment);
    this.defer(() => app.stop('SIGTERM', 20_000).catch(() => app.stop('SIGKILL')));
    return app;
  }

  /** Starts an app and waits until it is ready. */
  start(name: AppName, environment: Environment): Promise<AppProcess> {
    return this.spawn(name, environment).untilReady();
  }

  /** An all-in-one on its embedded database in a new folder. */
  async allInOne(environment: Environment = {}): Promise<AppProcess> {
    return this.start('all-in-one', { ROOTSPAN_DATA_DIR: await this.folder(), ...environment });
  }

  client(address: string): ContractClient {
    const client = new ContractClient(address);
    this.defer(() => client.close());
    return client;
  }

  /** An empty PostgreSQL server. */
  async postgres(): Promise<ThrowawayPostgres> {
    const server = await startThrowawayPostgres();
    this.defer(() => server.stop());
    return server;
  }

  /** An empty PostgreSQL server that can be stopped and started again at the same address. */
  async restartablePostgres(databases: readonly string[]): Promise<RestartablePostgres> {
    const server = new RestartablePostgres(await this.folder(), databases);
    this.defer(() => server.stop());
    await server.start();
    return server;
  }

  /** A connection for looking into a database. */
  async sql(url: string): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined); // a connection that breaks shows in the query that waits for it
    await client.connect();
    this.defer(() => client.end());
    return client;
  }

  /** Ends everything; a failure doesn't keep the rest from being ended. */
  async end(): Promise<void> {
    const faults: unknown[] = [];
    for (const ending of this.endings.splice(0).reverse()) {
      try {
        await ending();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join('\n'));
  }
}

/** The file's test bed; to be called once, at the top. */
export function useTestBed(): TestBed {
  import.meta.jest.setTimeout(TEST_TIMEOUT_MS);
  const bed = new TestBed();
  afterAll(() => bed.end());
  return bed;
}

function endOfDatabase(folder: string): boolean {
  const pid = embeddedDatabasePid(folder);
  return pid === null || !isAlive(pid);
}
