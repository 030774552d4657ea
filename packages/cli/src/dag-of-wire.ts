import { parseTimestampText, type ErrorDagNode, type Instant, type Level, type SpanRole } from '#domain';
import type { DagOfTrace } from '#pictures';
import type { Dag, DagNode } from '#proto';

const LEVELS: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const ROLES: readonly SpanRole[] = ['origin', 'propagated', 'suspect', ''];

/** A DAG as it is answered, as pictures take it. What a newer server may say beyond these types becomes the nearest of them. */
export function dagOfWire(wire: Dag): DagOfTrace {
  const firstTime = instantOf(wire.firstTime);
  return {
    traceId: wire.traceId,
    dag: {
      rootSpanId: wire.rootSpanId,
      nodes: wire.nodes.map(nodeOfWire),
      edges: wire.edges.map(({ source, target, kind }) => ({ source, target, kind: kind === 'link' ? 'link' : 'parent' })),
      rootCauses: wire.rootCauses,
      errorCount: wire.errorCount,
      spanCount: wire.spanCount,
      logCount: wire.logCount,
      services: wire.services,
      firstTime,
      lastTime: instantOf(wire.lastTime),
      // The contract does not tell it, and no picture shows it.
      firstErrorTime: firstTime,
      warnings: wire.warnings,
      truncated: wire.truncated,
    },
  };
}

function nodeOfWire({ spanId, firstTime, lastTime, level, role, ...node }: DagNode): ErrorDagNode {
  return {
    ...node,
    id: spanId,
    level: LEVELS.find((one) => one === level) ?? 'info',
    role: ROLES.find((one) => one === role) ?? '',
    firstTime: instantOf(firstTime),
    lastTime: instantOf(lastTime),
  };
}

function instantOf(timestamp: string): Instant {
  const parsed = parseTimestampText(timestamp);
  return parsed.ok ? parsed.instant : { seconds: 0, nanos: 0 };
}
