import type { LogSlice } from '#domain';

/** A slice on its way to one partition. */
export interface OutgoingSlice extends LogSlice {
  /** From 0 to `partitionCount() - 1`. */
  readonly partition: number;
  /** The trace id's UTF-8 bytes where the slice holds one trace only; a message key for other consumers. */
  readonly messageKey?: Buffer;
}

/** What became of a published call. */
export type PublishOutcome =
  /** Every slice is durable. `duplicate`: all of them are known to have been stored before. */
  | { readonly kind: 'durable'; readonly duplicate: boolean }
  /** Nothing was taken: the queue of this tenant is full. Send again after the delay. */
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number }
  /** The bus or the store is away: some slices may be durable, a keyed retry is safe. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Takes slices onto the bus and says when they are durable.
 *
 * - Slices of one call may become durable in any order; slices of one partition keep the order of the calls.
 * - The caller gives `value` away: it must not change the bytes afterwards, not even when the outcome is `unavailable`
 *   (a request that was given up may still be reading them).
 * - `publish` never throws for an outcome named above, and never waits longer than its own bounded time-out.
 * - It throws RangeError for what no retry can cure: a slice larger than the bus takes (just under 4 MiB), slices of
 *   more than one tenant in one call, a partition that can't be.
 * - `durable` on the in-process bus means stored and committed; on Kafka, acknowledged by all in-sync replicas.
 * - A lone call is sent at once; calls that arrive while one is under way share the next request.
 */
export interface LogPublisher {
  /** How many partitions the bus has now; may grow while running. At least 1. */
  partitionCount(): number;
  publish(slices: readonly OutgoingSlice[]): Promise<PublishOutcome>;
}

/** The provider's token. */
export const LOG_PUBLISHER = Symbol('LogPublisher');
