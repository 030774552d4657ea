import type { Instant } from '#domain';

/** A pattern was seen for the first time, or came back after it was resolved. */
export interface PatternEvent {
  /** Grows with every event; gaps mean nothing. */
  readonly position: bigint;
  readonly tenant: string;
  readonly patternId: string;
  readonly kind: 'new' | 'regression';
  /** By the database's clock. */
  readonly createdAt: Instant;
}

/**
 * What happened to patterns, in order, for rules and live views. An event is committed together with the DAG that caused it,
 * exactly once, and a position becomes readable after all lower ones: who keeps the last position it has read misses nothing.
 *
 * A trace's first DAG may be built from a part of its records and move to another pattern a moment later, so a pattern that
 * is announced as new may have no trace any more when it is looked at.
 */
export interface PatternEvents {
  /** Events after the position, oldest first, of all tenants. Position 0 is before the first. */
  after(position: bigint, limit: number, signal?: AbortSignal): Promise<readonly PatternEvent[]>;
  /** The position to begin at for whoever wants new events only. */
  newestPosition(signal?: AbortSignal): Promise<bigint>;
  /**
   * Calls `wake` soon after events were committed, by whatever process, and whenever some may have been missed. Never
   * rejects: while the database is away it tries again. @returns ends the watch
   */
  watch(wake: () => void): () => Promise<void>;
  /** Deletes events that are older than that. @returns how many */
  sweep(before: Instant): Promise<number>;
}

/** The provider's token. */
export const PATTERN_EVENTS = Symbol('PatternEvents');
