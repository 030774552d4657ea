import { startEmbeddedPostgres, type EmbeddedPostgres } from '#embedded-postgres';

/** A PostgreSQL server that can be away for a while: each start finds the same data, port and password. */
export class RestartablePostgres {
  private server: EmbeddedPostgres | null = null;
  private address: string | null = null;

  constructor(
    private readonly folder: string,
    private readonly databases: readonly string[],
  ) {}

  async start(): Promise<void> {
    if (this.server !== null) return;
    this.server = await startEmbeddedPostgres({ dataDir: this.folder, databases: this.databases });
    const address = this.server.url('');
    if (this.address !== null && address !== this.address) throw new Error('The database came back at another address.');
    this.address = address;
  }

  /**
   * Ends the server: `fast` in order, with a checkpoint; `immediate` at once, so that it recovers at its next start (SIGQUIT).
   * The names are those of `pg_ctl stop -m`.
   */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const pid = this.server?.pid() ?? null;
    if (mode === 'immediate' && pid !== null) process.kill(pid, 'SIGQUIT');
    await this.server?.stop();
    this.server = null;
  }

  /** postgres://... of one of the databases; the same while the server is away. */
  url(database: string): string {
    if (this.address === null) throw new Error('The database has not been started.');
    return this.address + database;
  }
}
