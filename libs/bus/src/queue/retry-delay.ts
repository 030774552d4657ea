const MIN_MS = 100;
const MAX_MS = 5_000;

/**
 * How long a refused sender is to wait: about as long as it takes until what is queued is gone.
 *
 * `rounds`: how many requests or batches the queue fills; `roundMs`: how long the last one took.
 */
export function retryDelayMs(rounds: number, roundMs: number): number {
  return Math.min(MAX_MS, Math.max(MIN_MS, Math.ceil(rounds) * roundMs));
}
