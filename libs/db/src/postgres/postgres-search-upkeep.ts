import type { PoolClient } from 'pg';
import type { SearchUpkeep, UpkeepOutcome } from '../api/search-upkeep.js';
import type { Database } from './database.js';
import { TextSigner, type SigningOptions } from './signatures/text-signer.js';
import { isLockTimeout, isMissingTable } from './sql-state.js';
import { withBoundedWaits } from './sql/bounded-waits.js';
import { foldCounts } from './sql/fold-counts.js';
import { BlockSummaries } from './sql/summarize-blocks.js';

/** Less than deadlock_timeout, so that autovacuum is never made to give way. */
const LOCK_TIMEOUT_MS = 200;

/** Of something that comes in for minutes, such as an import, each cell is read once or twice. */
const DEFAULT_SETTLE_MS = 4_000;

export interface SearchUpkeepOptions extends SigningOptions {
  /** Milliseconds without anything new in an old cell after which it is signed; a quarter of it for one that is just over. */
  readonly settleMs?: number;
}

/**
 * SearchUpkeep on PostgreSQL: counts (sql/fold-counts.ts), BRIN (sql/summarize-blocks.ts), signatures of texts
 * (signatures/text-signer.ts).
 */
export class PostgresSearchUpkeep implements SearchUpkeep {
  private readonly summaries = new BlockSummaries();
  private readonly signer: TextSigner;
  private readonly settleMs: number;

  constructor(
    private readonly database: Database,
    { settleMs = DEFAULT_SETTLE_MS, ...signing }: SearchUpkeepOptions = {},
  ) {
    this.settleMs = settleMs;
    this.signer = new TextSigner(signing);
  }

  async run(signal: AbortSignal): Promise<UpkeepOutcome> {
    return this.withBounds(signal, async (client) => {
      const foldedParts = await foldCounts(client, this.settleMs, signal);
      return { foldedParts, signedCells: await this.signer.run(client, signal) };
    });
  }

  /** Vacuum may be at a partition, or retention may drop one: the next call comes soon. */
  async summarize(signal: AbortSignal): Promise<number> {
    return this.withBounds(signal, async (client) => {
      try {
        return await this.summaries.run(client, signal);
      } catch (error) {
        if (isLockTimeout(error) || isMissingTable(error)) return 0;
        throw error;
      }
    });
  }

  private async withBounds<T>(signal: AbortSignal, work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.database.withClient((client) => withBoundedWaits(client, LOCK_TIMEOUT_MS, () => work(client)), signal);
  }
}
