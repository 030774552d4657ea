import type { ClaimedTrace, NewDag } from '#db';
import { patternOfDag, type ErrorDag, type TraceRecord } from '#domain';

/** A DAG as it is stored: with the failure pattern of its trace. @param records those that it was built from */
export function newDagOf({ tenant, traceId, version }: ClaimedTrace, dag: ErrorDag, records: readonly TraceRecord[]): NewDag {
  return { tenant, traceId, version, dag, pattern: patternOfDag(dag, records) };
}
