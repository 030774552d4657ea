import type { BatchHandler, LogSource, PartitionLag, PositionReader } from '../api/log-source.js';

/**
 * Several topics as one source: each is read by a source of its own, with positions of its own, into the one store.
 *
 * `start` waits for the first only: the others may be topics of other programs, which may not be there yet.
 */
export class SeveralSources implements LogSource {
  constructor(
    private readonly first: LogSource,
    private readonly others: readonly LogSource[],
    /** Told why another one could not even begin. */
    private readonly onStartFailed: (error: unknown) => void,
  ) {}

  async start(handler: BatchHandler, readPositions: PositionReader): Promise<void> {
    for (const source of this.others) source.start(handler, readPositions).catch(this.onStartFailed);
    await this.first.start(handler, readPositions);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((source) => source.stop()));
  }

  problems(): readonly string[] {
    return this.all.flatMap((source) => source.problems());
  }

  lag(): readonly PartitionLag[] {
    return this.all.flatMap((source) => source.lag());
  }

  private get all(): readonly LogSource[] {
    return [this.first, ...this.others];
  }
}
