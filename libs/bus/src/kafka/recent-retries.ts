import { LRUCache } from 'lru-cache';
import type { LogSlice } from '#domain';

/** Slices remembered; a slice with a retry key is some 100 bytes of memory. */
const MAX_SLICES = 100_000;
/** Well inside the 24 hours in which the store knows a retry. */
const MEMORY_MS = 3_600_000;

/**
 * The keyed slices that were made durable lately, so that a repeated call can be answered without sending it again.
 *
 * What is not remembered here is still stored once: the store keeps the keys that count.
 */
export class RecentRetries {
  private readonly durable = new LRUCache<string, true>({ max: MAX_SLICES, ttl: MEMORY_MS });

  /** True where every slice has a key and is known to be durable. */
  knowsAll(slices: readonly LogSlice[]): boolean {
    return slices.length > 0 && slices.every((slice) => this.durable.has(keyOf(slice) ?? ''));
  }

  remember(slices: readonly LogSlice[]): void {
    for (const slice of slices) {
      const key = keyOf(slice);
      if (key !== undefined) this.durable.set(key, true);
    }
  }
}

function keyOf({ tenant, retryKey }: LogSlice): string | undefined {
  return retryKey && JSON.stringify([tenant, retryKey.batchKey, retryKey.digest, retryKey.slice, retryKey.sliceCount]);
}
