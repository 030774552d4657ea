import type { PoolClient } from 'pg';
import { isCancelled, isLockTimeout, isUnavailable } from '../sql-state.js';
import { withAdvisoryLock } from '../sql/advisory-lock.js';
import { LOCKS } from '../sql/locks.js';
import { putSignature } from '../sql/put-signature.js';
import { readCellMessages } from '../sql/read-cell-messages.js';
import { giveUpCells, readUnsignedCells, type CountedCell } from '../sql/unsigned-cells.js';
import { CellSignatureBuilder, DEFAULT_PIECES, type PieceSizes } from './cell-signature.js';

export interface SigningOptions {
  /** Milliseconds that a run may work, on average. */
  readonly runMs?: number;
  /** Cells of fewer records are read as fast as a signature. */
  readonly minRecords?: number;
  readonly pieces?: PieceSizes;
}

/** Where runs come every two seconds: enough for some 80,000 records a second (docs/adr/015). Half of it is waiting for PostgreSQL. */
const DEFAULT_RUN_MS = 600;
const DEFAULT_MIN_RECORDS = 100;
/** Cells that are asked for at once. */
const CELLS = 100;
/** A cell that takes longer is given up: its records lie in too many places. */
const MAX_CELL_MS = 10_000;

/**
 * Signs cells of `log_counts`, the newest first: reads their records and keeps what texts may be in their messages.
 *
 * States of a cell: due (something was counted in it, and nothing more for a while) -> signed, or given up (too small; its counts
 * are not those of its records; it takes too long) -> something is counted in it -> due.
 *
 * Why a signature is right: its counts were read before its records, counts come with their records, and none of them goes away
 * but with all. So if there were as many records as counts, it was made of all that was counted and of nothing else; and it says
 * so for as long as the cell counts that number. Whoever reads counts that are not folded yet does not ask it (match-stretches.ts).
 */
export class TextSigner {
  private readonly runMs: number;
  private readonly minRecords: number;
  private readonly pieces: PieceSizes;
  /** What the last runs left of their time; negative where a large cell took more. */
  private leftMs = 0;

  constructor({ runMs = DEFAULT_RUN_MS, minRecords = DEFAULT_MIN_RECORDS, pieces = DEFAULT_PIECES }: SigningOptions = {}) {
    this.runMs = runMs;
    this.minRecords = minRecords;
    this.pieces = pieces;
  }

  /** @returns how many cells were signed; 0 too where another process is at it */
  async run(client: PoolClient, signal: AbortSignal): Promise<number> {
    this.leftMs = Math.min(this.runMs, this.leftMs + this.runMs);
    if (this.leftMs <= 0) return 0;
    const start = performance.now();
    const end = start + this.leftMs;
    try {
      return (await withAdvisoryLock(client, LOCKS.signTexts, () => this.signUntil(end, client, signal))) ?? 0;
    } finally {
      this.leftMs -= performance.now() - start;
    }
  }

  private async signUntil(end: number, client: PoolClient, signal: AbortSignal): Promise<number> {
    for (let signed = 0; ;) {
      const cells = await readUnsignedCells(client, CELLS);
      await giveUpCells(
        client,
        cells.filter(({ records }) => records < this.minRecords),
      );
      for (const cell of cells.filter(({ records }) => records >= this.minRecords)) {
        signal.throwIfAborted();
        if (performance.now() >= end) return signed;
        if (await this.sign(client, cell, signal)) signed++;
      }
      if (cells.length < CELLS || performance.now() >= end) return signed;
    }
  }

  private async sign(client: PoolClient, cell: CountedCell, signal: AbortSignal): Promise<boolean> {
    const builder = new CellSignatureBuilder(cell.records, this.pieces);
    const end = performance.now() + MAX_CELL_MS;
    try {
      const records = await readCellMessages(client, cell, builder, () => !signal.aborted && performance.now() < end);
      if (records === cell.records) return await putSignature(client, cell, await builder.finish());
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (signal.aborted || isUnavailable(error)) throw error;
      // Counts are being folded right now: the cell is due again.
      if (isLockTimeout(error)) return false;
      // One cell must not keep the others from being signed.
      await giveUpCells(client, [cell]);
      if (!isCancelled(error)) throw error;
      return false;
    }
    signal.throwIfAborted();
    await giveUpCells(client, [cell]);
    return false;
  }
}
