import type { QueryConfig } from 'pg';

/**
 * Ends the connections of programs of the same name and user that stopped in the middle of a transaction (frozen, or cut off
 * without a word) and keep its locks: PostgreSQL waits for them for ever. They wait for their client, between two statements
 * or within a COPY. Their transactions are rolled back; a program that wakes up finds its connection broken and, by the stored
 * position or the version of the DAG, that another has gone on.
 *
 * idle_in_transaction_session_timeout does not see a COPY, and transaction_timeout came with PostgreSQL 17 only.
 *
 * @param stuckAfterMs how long a connection must have waited for its client
 */
export function endStuckPeers(stuckAfterMs: number): QueryConfig {
  const text = `
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::int AS ended FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name = current_setting('application_name')
      AND pid <> pg_backend_pid() AND wait_event_type = 'Client' AND wait_event = 'ClientRead'
      AND xact_start IS NOT NULL AND state_change < now() - make_interval(secs => $1::float8 / 1000)`;
  return { text, values: [stuckAfterMs] };
}
