/** What a sweep deleted. */
export interface SweptDags {
  readonly dags: number;
  readonly patterns: number;
}

/**
 * Deletes what nobody can follow to its records any more.
 *
 * - A DAG goes once it was last built longer ago than that: by then all records of its trace are gone, since each record that
 *   comes builds it anew. It leaves the samples and lists of its pattern; the pattern's count and first occurrence stay.
 * - A pattern without any DAG goes, its timeline too, where it is open. One that people have resolved or ignored stays, so that they are not asked
 *   again, and are told where it comes back.
 */
export interface DagRetention {
  /**
   * In short transactions that no DAG builder waits for; whatever is under way elsewhere goes with the next sweep.
   *
   * @param maxAgeMs since the DAG was built, milliseconds
   * @param onProgress told now and then how many DAGs are gone
   * @throws StoreUnavailableError where the database is away; the signal's reason where it was aborted
   */
  sweep(maxAgeMs: number, signal: AbortSignal, onProgress?: (dags: number) => void): Promise<SweptDags>;
}

/** The provider's token. */
export const DAG_RETENTION = Symbol('DagRetention');
