/** A trace whose DAG is to be built, held under a lease. */
export interface ClaimedTrace {
  readonly tenant: string;
  readonly traceId: string;
  /** The version that was current when claimed: read it before the logs, build, then say it is built. */
  readonly version: bigint;
  /** How often the trace was claimed since it was last built, this claim included. */
  readonly attempts: number;
  /** True where no DAG of the trace was built before. */
  readonly first: boolean;
  /** When its first error was received, milliseconds since 1970. */
  readonly firstErrorReceivedAt: number;
}

/**
 * The traces whose DAG is behind their records: a transactional outbox that the LogWriter fills.
 *
 * A claim is a lease: it ends by `built`, `failed` or by time, so that a builder that dies or freezes loses it.
 * Nothing is locked while a DAG is built.
 */
export interface ErrorTraceQueue {
  /** Up to `limit` traces that nobody holds, those due longest first, then oldest error first; each is leased to the caller for `leaseMs`. */
  claim(owner: string, limit: number, leaseMs: number): Promise<readonly ClaimedTrace[]>;
  /**
   * The DAGs of these versions are written. A trace is due again where its records moved on since,
   * and no sooner than `restMs` from now.
   */
  built(owner: string, traces: readonly ClaimedTrace[], restMs: number): Promise<void>;
  /** The build could not be tried (a database is away): due again after `pauseMs`, and the claim doesn't count as an attempt. */
  postponed(owner: string, trace: ClaimedTrace, pauseMs: number): Promise<void>;
  /** The build failed: due again after a growing pause, parked with the reason after `maxAttempts` tries. */
  failed(owner: string, trace: ClaimedTrace, reason: string, maxAttempts: number): Promise<void>;
  /** Milliseconds until the next trace is due; null where none waits. */
  nextDueInMs(): Promise<number | null>;
}

/** The provider's token. */
export const ERROR_TRACE_QUEUE = Symbol('ErrorTraceQueue');
