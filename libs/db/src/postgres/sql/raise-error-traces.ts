import type { PoolClient } from 'pg';
import { arrayText, quotedElement } from './array-text.js';

/**
 * Raises the version of every trace in the batch that has an error here or had one before: the DAG builder's outbox.
 *
 * Keys are sorted, so that two writers lock them in the same order. A trace's first error makes its row.
 */
export const RAISE_ERROR_TRACES = `
  INSERT INTO error_traces AS e (tenant, trace_id, first_error_received_at)
  SELECT t.tenant, t.trace_id, t.received_at
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS t (tenant, trace_id, received_at)
  WHERE t.received_at IS NOT NULL
     OR EXISTS (SELECT FROM error_traces x WHERE x.tenant = t.tenant AND x.trace_id = t.trace_id)
  ORDER BY t.tenant, t.trace_id
  ON CONFLICT (tenant, trace_id) DO UPDATE SET
    version = e.version + 1,
    attempts = CASE WHEN e.parked_reason IS NULL THEN e.attempts ELSE 0 END,
    parked_reason = NULL,
    first_error_received_at = LEAST(e.first_error_received_at, EXCLUDED.first_error_received_at)`;

/**
 * @param traces tenant -> trace id -> receipt of its first error in this batch (ms), 0 where it has none here.
 * @returns how many traces were raised.
 */
export async function raiseErrorTraces(client: PoolClient, traces: TouchedTraces): Promise<number> {
  const values = raisedTraces(traces);
  if (values === null) return 0;
  const raised = await client.query({ name: 'raise-error-traces', text: RAISE_ERROR_TRACES, values });
  return raised.rowCount ?? 0;
}

type TouchedTraces = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The parameters of RAISE_ERROR_TRACES, written as PostgreSQL writes arrays; null where no record has a trace. */
export function raisedTraces(traces: TouchedTraces): string[] | null {
  const tenants: string[] = [];
  const traceIds: string[] = [];
  const errorTimes: string[] = [];
  for (const [tenant, byTrace] of traces) {
    const quoted = quotedElement(tenant);
    for (const [traceId, errorAt] of byTrace) {
      tenants.push(quoted);
      traceIds.push(quotedElement(traceId));
      errorTimes.push(errorAt === 0 ? 'NULL' : new Date(errorAt).toISOString());
    }
  }
  if (traceIds.length === 0) return null;
  return [tenants, traceIds, errorTimes].map(arrayText);
}
