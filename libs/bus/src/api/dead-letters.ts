import type { DeadLetter } from '#domain';

/**
 * Keeps what can't be stored, at least once.
 *
 * Resolves once every letter is durable; rejects where that failed, then the caller must not go past the records.
 * Keyed by topic, partition, offset and index: the same letter put twice may be kept twice, with the same key.
 */
export interface DeadLetters {
  put(letters: readonly DeadLetter[]): Promise<void>;
}

/** The provider's token. */
export const DEAD_LETTERS = Symbol('DeadLetters');
