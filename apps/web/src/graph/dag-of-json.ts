import { parseTimestampText, type ErrorDagNode, type Instant } from '#domain';
import type { DagOfTrace } from '#pictures';
import type { Dag, DagNode } from '../api/types.js';

/** A DAG as REST answers it, as pictures take it. */
export function dagOfJson(sent: Dag): DagOfTrace {
  const firstTime = instantOf(sent.firstTime);
  return {
    traceId: sent.traceId,
    dag: {
      rootSpanId: sent.rootSpanId,
      nodes: sent.nodes.map(nodeOfJson),
      edges: sent.edges.map(({ source, target, kind }) => ({ source, target, kind: kind === 'link' ? 'link' : 'parent' })),
      rootCauses: sent.rootCauses,
      errorCount: sent.errorCount,
      spanCount: sent.spanCount,
      logCount: sent.logCount,
      services: sent.services,
      firstTime,
      lastTime: instantOf(sent.lastTime),
      // The contract does not tell it, and no picture shows it.
      firstErrorTime: firstTime,
      warnings: sent.warnings,
      truncated: sent.truncated,
    },
  };
}

function nodeOfJson({ spanId, firstTime, lastTime, ...node }: DagNode): ErrorDagNode {
  return { ...node, id: spanId, firstTime: instantOf(firstTime), lastTime: instantOf(lastTime) };
}

function instantOf(timestamp: string): Instant {
  const parsed = parseTimestampText(timestamp);
  return parsed.ok ? parsed.instant : { seconds: 0, nanos: 0 };
}
