/** What became of a run. */
export interface UpkeepOutcome {
  /** Transactions whose counts were summed up. */
  readonly foldedParts: number;
  /** Cells of ten seconds whose messages' texts searches can tell apart now. */
  readonly signedCells: number;
}

/**
 * What searches live on, made shortly after the records came, off the path on which they are stored. Without it every answer is
 * the same, only later.
 *
 * - A run never blocks writers or readers, and does nothing where another process is at it.
 * - Stopped or killed anywhere, the next run goes on where this one ended.
 * - Rejects with StoreUnavailableError where the database is away, with the signal's reason where it was aborted.
 */
export interface SearchUpkeep {
  run(signal: AbortSignal): Promise<UpkeepOutcome>;
  /**
   * Tells the indexes on time about blocks that were filled since: every search reads those that they do not know. Cheap, and to be
   * done often. @returns how many ranges of blocks they know more
   */
  summarize(signal: AbortSignal): Promise<number>;
}

/** The provider's token. */
export const SEARCH_UPKEEP = Symbol('SearchUpkeep');
