import { compareCodePoints } from '../code-point-order.js';
import type { ErrorDag, ErrorDagNode, TraceRecord } from '../error-dag.js';
import { compareInstants } from '../instant.js';
import { ERROR_SEVERITY } from '../level.js';
import { attributesOf } from '../root-cause/record-attributes.js';
import { patternOf, type PatternInput, type TracePattern } from './trace-pattern.js';

/** The pattern of a failed trace; null where its DAG has lost every error to the caps. */
export function patternOfDag(dag: ErrorDag, records: readonly TraceRecord[]): TracePattern | null {
  const input = patternInputOf(dag, records);
  return input === null ? null : patternOf(input);
}

/**
 * What the pattern is made of: the first root cause, the first error that its span logged, and the services on the way from it
 * to the highest span that failed with it. A cause without an error (its caller gave up on it) is told by its caller's error: how
 * far it had come differs from trace to trace. Independent of record ids, span ids and order of arrival.
 */
export function patternInputOf(dag: ErrorDag, records: readonly TraceRecord[]): PatternInput | null {
  const path = pathUp(dag);
  const [cause] = path;
  if (cause === undefined) return null;
  const error = firstErrorOf(path, records);
  const causeExceptionType = attributesOf(error?.attributes ?? '').text('exception.type');
  return {
    causeService: cause.service,
    causeMessage: error?.message ?? '',
    ...(causeExceptionType !== '' && { causeExceptionType }),
    chain: servicesOf(path),
  };
}

/** From the first cause up to its highest ancestor with an error; the spans between belong to it. */
function pathUp({ nodes, edges, rootCauses }: ErrorDag): readonly ErrorDagNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(edges.filter(({ kind }) => kind === 'parent').map(({ source, target }) => [target, source]));
  const path: ErrorDagNode[] = [];
  const above = (id: string | undefined): ErrorDagNode | undefined => byId.get(id ?? '');
  for (let node = above(rootCauses[0]?.spanId); node !== undefined; node = above(parentOf.get(node.id))) path.push(node);
  return path.slice(0, Math.max(1, path.findLastIndex(({ errorCount }) => errorCount > 0) + 1));
}

/** The first error of the lowest span on the path that has one. */
function firstErrorOf(path: readonly ErrorDagNode[], records: readonly TraceRecord[]): TraceRecord | undefined {
  const erring = path.find(({ errorCount }) => errorCount > 0);
  if (erring === undefined) return undefined;
  const spanId = erring.synthetic ? '' : erring.id;
  let first: TraceRecord | undefined;
  for (const record of records) {
    if (record.spanId !== spanId || record.severity < ERROR_SEVERITY) continue;
    if (first === undefined || (compareInstants(record.time, first.time) || compareCodePoints(record.message, first.message)) < 0)
      first = record;
  }
  return first;
}

/** Neighbouring spans of one service count once. */
function servicesOf(path: readonly ErrorDagNode[]): string[] {
  return path.map(({ service }) => service).filter((service, i, all) => service !== all[i - 1]);
}
