import { dagJson, formatInstant, parseTimestampText, type ErrorDag, type ErrorDagNode, type Instant, type Level } from '#domain';
import type { NewDag, StoredDag } from '../api/dag-store.js';
import type { dags, NodeJson } from './schema/dags.js';
import { timestampText } from './sql/time-parameter.js';

type DagRow = typeof dags.$inferSelect;
export type NewDagRow = typeof dags.$inferInsert;

/** A DAG as a row of `dags`. */
export function dagRowOf(stored: NewDag): NewDagRow {
  const { dag } = stored;
  const json = dagJson(dag);
  const nodes = dag.nodes.map(nodeJsonOf);
  return {
    tenant: stored.tenant,
    traceId: stored.traceId,
    version: stored.version,
    rootSpanId: dag.rootSpanId,
    dagJson: json,
    nodes,
    edges: dag.edges.map(({ source, target, kind }) => ({ source, target, kind })),
    errorCount: dag.errorCount,
    spanCount: dag.spanCount,
    logCount: dag.logCount,
    services: [...dag.services],
    firstTime: timestampText(dag.firstTime),
    firstNanos: dag.firstTime.nanos % 1000,
    lastTime: timestampText(dag.lastTime),
    lastNanos: dag.lastTime.nanos % 1000,
    firstErrorTime: timestampText(dag.firstErrorTime),
    firstErrorNanos: dag.firstErrorTime.nanos % 1000,
    warnings: [...dag.warnings],
    truncated: dag.truncated,
    patternId: stored.pattern?.id ?? null,
    rootCauses: dag.rootCauses,
    size: Buffer.byteLength(JSON.stringify({ json, nodes, edges: dag.edges, rootCauses: dag.rootCauses })),
  };
}

export function storedDagOf(row: DagRow): StoredDag {
  const dag: ErrorDag = {
    rootSpanId: row.rootSpanId,
    nodes: row.nodes.map(nodeOf),
    edges: row.edges,
    rootCauses: row.rootCauses,
    errorCount: row.errorCount,
    spanCount: row.spanCount,
    logCount: row.logCount,
    services: row.services,
    firstTime: instantOf(row.firstTime, row.firstNanos),
    lastTime: instantOf(row.lastTime, row.lastNanos),
    firstErrorTime: instantOf(row.firstErrorTime, row.firstErrorNanos),
    warnings: row.warnings,
    truncated: row.truncated,
  };
  const { tenant, traceId, version, patternId } = row;
  return { tenant, traceId, version, dag, updatedAt: instantOf(row.updatedAt, 0), ...(patternId !== null && { patternId }) };
}

function nodeJsonOf(node: ErrorDagNode): NodeJson {
  return {
    id: node.id,
    parentId: node.parentId,
    service: node.service,
    level: node.level,
    firstTime: formatInstant(node.firstTime),
    lastTime: formatInstant(node.lastTime),
    logCount: node.logCount,
    errorCount: node.errorCount,
    ...(node.role !== '' && { role: node.role }),
    ...(node.orphan && { orphan: true }),
    ...(node.synthetic && { synthetic: true }),
  };
}

function nodeOf(json: NodeJson): ErrorDagNode {
  return {
    ...json,
    role: json.role ?? '',
    level: json.level as Level,
    firstTime: instantOf(json.firstTime, 0),
    lastTime: instantOf(json.lastTime, 0),
    orphan: json.orphan === true,
    synthetic: json.synthetic === true,
  };
}

/** Reads a time stamp as PostgreSQL or formatInstant prints it. */
function instantOf(text: string, extraNanos: number): Instant {
  const parsed = parseTimestampText(text);
  if (!parsed.ok) throw new Error(`The stored time stamp ${text} can't be read: ${parsed.reason}`);
  return { seconds: parsed.instant.seconds, nanos: parsed.instant.nanos + extraNanos };
}
