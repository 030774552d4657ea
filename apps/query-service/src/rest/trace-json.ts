import { formatInstant } from '#domain';
import { Dag, dagToWire, messageToJson } from '#proto';
import type { TraceOverview } from '../queries/trace-queries.js';

/** A trace's overview as JSON: every field always there, the DAG as protobuf-JSON. */
export function traceToJson({ traceId, summary, dagState, dag }: TraceOverview): string {
  const { logCount, errorLogCount, spanCount, storedSpanCount, errorSpanCount } = summary;
  const { services, firstTime, lastTime, truncated } = summary;
  const own = JSON.stringify({
    traceId,
    logCount,
    errorLogCount,
    spanCount,
    storedSpanCount,
    errorSpanCount,
    services,
    firstTime: formatInstant(firstTime),
    lastTime: formatInstant(lastTime),
    truncated,
    dagState,
  });
  const dagText = dag === null ? 'null' : messageToJson('query.Dag', Dag.encode(dagToWire(dag)).finish());
  return `${own.slice(0, -1)},"dag":${dagText}}`;
}
