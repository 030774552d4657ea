import { portOf, type AppProcess, type Environment } from './app-process.js';
import { allLogs, allPages, ContractClient } from './contract-client.js';
import type { FaultTarget, StoredRecord } from './fault-run.js';
import type { TestBed } from './test-bed.js';
import { waitUntil } from './wait-until.js';

/** An all-in-one that can be started again at its addresses and on its data folder, seen through its contract only. */
export class AllInOne implements FaultTarget {
  private constructor(
    private readonly bed: TestBed,
    private readonly environment: Environment,
    public app: AppProcess,
  ) {}

  /** @param environment besides the data folder, which is a new one */
  static async start(bed: TestBed, environment: Environment = {}): Promise<AllInOne> {
    const own = { ROOTSPAN_DATA_DIR: await bed.folder(), ...environment };
    return new AllInOne(bed, own, await bed.start('all-in-one', own));
  }

  /** Starts it anew where the last one has ended. Callers come back by themselves. */
  async restart(): Promise<void> {
    const ports = { GRPC_PORT: portOf(this.app.grpc), HTTP_PORT: portOf(this.app.http) };
    this.app = await this.bed.start('all-in-one', { ...this.environment, ...ports });
  }

  sender(tenant: string): ContractClient {
    return this.bed.client(this.app.grpc).as(tenant);
  }

  async storedRecords(tenant: string): Promise<readonly StoredRecord[]> {
    return this.read(tenant, allLogs);
  }

  /** An acknowledged record is stored: there is nothing to wait for. */
  untilDrained(): Promise<void> {
    return Promise.resolve();
  }

  /** Waits until each of the tenant's failed traces has the DAG of all its records. @returns how many these are */
  async untilDagsAreWhole(tenant: string): Promise<number> {
    const records = await this.read(tenant, allLogs);
    const counts = new Map<string, number>();
    for (const { traceId } of records) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
    const failed = new Set(records.filter(({ level }) => level === 'error').map(({ traceId }) => traceId));
    await waitUntil(async () => {
      const pages = await this.read(tenant, (client) => allPages((pageToken) => client.getDags({ pageSize: 10_000, pageToken })));
      const whole = pages.flatMap(({ dags }) => dags).filter(({ traceId, logCount }) => counts.get(traceId) === logCount);
      return whole.length === failed.size && whole.every(({ traceId }) => failed.has(traceId));
    }, `the DAGs of the ${failed.size} failed traces of ${tenant} are whole`);
    return failed.size;
  }

  /** Asks on a new connection: one that has failed pauses before it tries again. */
  private async read<T>(tenant: string, question: (client: ContractClient) => Promise<T>): Promise<T> {
    const client = new ContractClient(this.app.grpc);
    try {
      return await question(client.as(tenant));
    } finally {
      client.close();
    }
  }
}
