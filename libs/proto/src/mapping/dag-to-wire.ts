import { dagJson, formatInstant, type ErrorDag, type Instant } from '#domain';
import type { Dag } from '../generated/query.js';

/** What the wire form needs beside the DAG itself. */
export interface DagOfTrace {
  readonly traceId: string;
  readonly dag: ErrorDag;
  readonly updatedAt: Instant;
  /** Absent where the trace belongs to no pattern. */
  readonly patternId?: string;
}

/** An error DAG as `query.Dag`. */
export function dagToWire({ traceId, dag, updatedAt, patternId = '' }: DagOfTrace): Dag {
  return {
    traceId,
    rootSpanId: dag.rootSpanId,
    dagJson: dagJson(dag),
    rootCauses: dag.rootCauses.map(({ evidenceSpanIds, ...cause }) => ({ ...cause, evidenceSpanIds: [...evidenceSpanIds] })),
    nodes: dag.nodes.map((node) => ({
      spanId: node.id,
      parentId: node.parentId,
      service: node.service,
      level: node.level,
      firstTime: formatInstant(node.firstTime),
      lastTime: formatInstant(node.lastTime),
      logCount: node.logCount,
      errorCount: node.errorCount,
      orphan: node.orphan,
      role: node.role,
      synthetic: node.synthetic,
    })),
    edges: dag.edges.map(({ source, target, kind }) => ({ source, target, kind })),
    errorCount: dag.errorCount,
    spanCount: dag.spanCount,
    logCount: dag.logCount,
    services: [...dag.services],
    firstTime: formatInstant(dag.firstTime),
    lastTime: formatInstant(dag.lastTime),
    updatedAt: formatInstant(updatedAt),
    patternId,
    warnings: [...dag.warnings],
    truncated: dag.truncated,
  };
}
