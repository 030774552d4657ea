import type { ClaimedTrace, ErrorTraceQueue } from '../api/error-trace-queue.js';
import type { Database } from './database.js';

/** due_at is the lease too: a claim moves it to the lease's end, so that nobody else sees the trace as due before.
 * MATERIALIZED: as a subquery the planner may run it again for each row, and the limit would not hold. */
const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT tenant, trace_id, due_at FROM error_traces
    WHERE version > built_version AND parked_reason IS NULL AND due_at <= now()
    ORDER BY due_at, first_error_received_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE error_traces AS e SET lease_owner = $1, due_at = now() + $3 * interval '1 ms', attempts = e.attempts + 1
    FROM due WHERE e.tenant = due.tenant AND e.trace_id = due.trace_id
    RETURNING e.tenant, e.trace_id, e.version, e.attempts, e.built_version = 0 AS first,
      coalesce(extract(epoch FROM e.first_error_received_at) * 1000, 0)::double precision AS first_error_ms,
      due.due_at AS due_since
  )
  SELECT tenant, trace_id, version, attempts, first, first_error_ms FROM claimed ORDER BY due_since, first_error_ms, trace_id`;

/**
 * Only the holder of the lease says when the trace rests; what is built is built, whoever says so. Rows are locked in the
 * order of their keys, as the log writer locks them.
 */
const BUILT = `
  WITH built AS MATERIALIZED (
    SELECT e.tenant, e.trace_id, b.version
    FROM unnest($1::text[], $2::text[], $3::bigint[]) AS b (tenant, trace_id, version)
    JOIN error_traces e ON e.tenant = b.tenant AND e.trace_id = b.trace_id AND e.lease_owner = $4
    ORDER BY e.tenant, e.trace_id FOR UPDATE OF e
  )
  UPDATE error_traces AS e SET built_version = greatest(e.built_version, built.version), attempts = 0, lease_owner = NULL,
    due_at = now() + $5 * interval '1 ms'
  FROM built WHERE e.tenant = built.tenant AND e.trace_id = built.trace_id`;

const FAILED = `
  UPDATE error_traces SET lease_owner = NULL,
    due_at = now() + least(60000, 200 * 2 ^ least(attempts, 10)) * interval '1 ms',
    parked_reason = CASE WHEN attempts >= $5 THEN $4 END
  WHERE tenant = $1 AND trace_id = $2 AND lease_owner = $3`;

const NEXT_DUE = `
  SELECT greatest(0, extract(epoch FROM due_at - now()) * 1000)::double precision AS ms FROM error_traces
  WHERE version > built_version AND parked_reason IS NULL
  ORDER BY due_at LIMIT 1`;

const POSTPONED = `
  UPDATE error_traces SET lease_owner = NULL, attempts = greatest(0, attempts - 1), due_at = now() + $4 * interval '1 ms'
  WHERE tenant = $1 AND trace_id = $2 AND lease_owner = $3`;

const MAX_REASON = 1000;

interface ClaimedRow {
  readonly tenant: string;
  readonly trace_id: string;
  readonly version: string;
  readonly attempts: number;
  readonly first: boolean;
  readonly first_error_ms: number;
}

/** ErrorTraceQueue on PostgreSQL: the table error_traces of the log database. */
export class PostgresErrorTraceQueue implements ErrorTraceQueue {
  constructor(private readonly database: Database) {}

  async claim(owner: string, limit: number, leaseMs: number): Promise<readonly ClaimedTrace[]> {
    const rows = await this.database.query<ClaimedRow>({
      name: 'claim-error-traces',
      text: CLAIM,
      values: [owner, limit, leaseMs],
    });
    return rows.map((row) => ({
      tenant: row.tenant,
      traceId: row.trace_id,
      version: BigInt(row.version),
      attempts: row.attempts,
      first: row.first,
      firstErrorReceivedAt: row.first_error_ms,
    }));
  }

  async built(owner: string, traces: readonly ClaimedTrace[], restMs: number): Promise<void> {
    await this.database.query({
      name: 'error-trace-built',
      text: BUILT,
      values: [
        traces.map(({ tenant }) => tenant),
        traces.map(({ traceId }) => traceId),
        traces.map(({ version }) => String(version)),
        owner,
        restMs,
      ],
    });
  }

  async postponed(owner: string, trace: ClaimedTrace, pauseMs: number): Promise<void> {
    await this.database.query({
      name: 'error-trace-postponed',
      text: POSTPONED,
      values: [trace.tenant, trace.traceId, owner, pauseMs],
    });
  }

  async failed(owner: string, trace: ClaimedTrace, reason: string, maxAttempts: number): Promise<void> {
    await this.database.query({
      name: 'error-trace-failed',
      text: FAILED,
      values: [trace.tenant, trace.traceId, owner, reason.replaceAll('\0', '').slice(0, MAX_REASON), maxAttempts],
    });
  }

  async nextDueInMs(): Promise<number | null> {
    const [row] = await this.database.query<{ ms: number | null }>({ name: 'next-due-error-trace', text: NEXT_DUE });
    return row?.ms ?? null;
  }
}
