import type { BusSource, FetchedBatch } from '#domain';
import type { Database } from './database.js';
import { scanSettledOffsets } from './sql/scan-settled-offsets.js';

/** What is to be told of a replay: positions of these partitions were wiped or put back. */
export type ReplayEvent =
  /** All of `logs` is read, to find out what is stored of them: minutes where it is large. They wait for it. */
  | { readonly kind: 'scanning'; readonly topic: string; readonly partitions: readonly number[] }
  | { readonly kind: 'scanned'; readonly topic: string; readonly partitions: readonly number[]; readonly seconds: number }
  /** Messages below `until` are stored where they are not there. */
  | { readonly kind: 'replaying'; readonly topic: string; readonly partition: number; readonly until: bigint }
  | { readonly kind: 'replayed'; readonly topic: string; readonly partition: number };

/** The replay that a batch was part of. */
export interface BatchReplay {
  /** Where it ends. */
  readonly until: bigint;
}

/** The replays that one writer knows of, and the scans that it makes for them. */
export class Replays {
  /** Where the replay of a partition ends: its batches need not try the short way. */
  private readonly untils = new Map<string, bigint>();
  /** By epoch. */
  private readonly scans = new Map<number, Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly onEvent: (event: ReplayEvent) => void,
  ) {}

  /** Whether the batch is part of a replay, as far as this writer knows. */
  isUnderWay(batch: FetchedBatch): boolean {
    if (this.untils.size === 0) return false;
    const until = this.untils.get(keyOf(batch));
    return until !== undefined && batch.from < until;
  }

  /**
   * To be told of every batch that was stored the long way, once that is committed.
   *
   * @param replay null: it was part of none
   */
  note(batch: FetchedBatch, replay: BatchReplay | null): void {
    if (replay === null) return this.forget(batch);
    const key = keyOf(batch);
    const { partition, source } = batch;
    const { until } = replay;
    if (!this.untils.has(key)) this.onEvent({ kind: 'replaying', topic: source.topic, partition, until });
    this.untils.set(key, until);
    if (batch.next < until) return;
    this.untils.delete(key);
    this.onEvent({ kind: 'replayed', topic: source.topic, partition });
  }

  /** Another writer has gone on with the partition. */
  forget(batch: FetchedBatch): void {
    if (this.untils.size > 0) this.untils.delete(keyOf(batch));
  }

  /** Finds out what is stored of all partitions of the topic that are about to be replayed; those that ask meanwhile share it. */
  async scan({ source, partition }: FetchedBatch, epoch: number): Promise<void> {
    let running = this.scans.get(epoch);
    if (running === undefined) {
      running = this.scanAlone(source, partition, epoch).finally(() => this.scans.delete(epoch));
      this.scans.set(epoch, running);
    }
    await running;
  }

  private async scanAlone(source: BusSource, partition: number, epoch: number): Promise<void> {
    const startedAt = performance.now();
    const { topic } = source;
    let partitions: readonly number[] = [];
    await this.database.transaction(async (client) =>
      scanSettledOffsets(client, source, epoch, partition, (found) => {
        partitions = found;
        this.onEvent({ kind: 'scanning', topic, partitions });
      }),
    );
    if (partitions.length > 0) {
      this.onEvent({ kind: 'scanned', topic, partitions, seconds: (performance.now() - startedAt) / 1000 });
    }
  }
}

function keyOf({ source, partition }: FetchedBatch): string {
  return `${source.clusterId}/${source.topicId}/${source.topic}/${partition}`;
}
