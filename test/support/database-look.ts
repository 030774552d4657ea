import { Client } from 'pg';
import type { TestBed } from './test-bed.js';

const TIMEOUT_MS = 20_000;

/** Looks into a database that may be away for a while: after a look that failed, the next one connects anew. */
export class DatabaseLook {
  private client: Promise<Client> | null = null;

  constructor(
    bed: TestBed,
    private readonly url: string,
  ) {
    bed.defer(() => this.drop());
  }

  /** @throws Error where the database is away or refuses the statement */
  async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      this.client ??= this.connect();
      return (await (await this.client).query<Row>(text, [...values])).rows;
    } catch (error) {
      await this.drop();
      throw error;
    }
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.url,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    client.on('error', () => undefined); // shows in the query that waits for it
    await client.connect();
    return client;
  }

  private async drop(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.then((open) => open.end()).catch(() => undefined);
  }
}
