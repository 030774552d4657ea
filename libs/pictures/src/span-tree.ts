import { tookPart, type PicturedDag } from './picture.js';

/** The DAG's parent edges by the places of its nodes. */
export interface SpanTree {
  readonly indexOf: ReadonlyMap<string, number>;
  /** -1 for roots. A parent stands before its children. */
  readonly parentOf: Int32Array;
  /** 1 where the span or one below it took part in the failure. */
  readonly failing: Uint8Array;
}

export function spanTreeOf({ nodes, edges }: PicturedDag): SpanTree {
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  const parentOf = new Int32Array(nodes.length).fill(-1);
  for (const { source, target, kind } of edges) {
    const [from, to] = [indexOf.get(source), indexOf.get(target)];
    if (kind === 'parent' && from !== undefined && to !== undefined) parentOf[to] = from;
  }
  const failing = Uint8Array.from(nodes, (node) => (tookPart(node) ? 1 : 0));
  for (let index = nodes.length - 1; index >= 0; index--) {
    const parent = parentOf[index] ?? -1;
    if (failing[index] === 1 && parent >= 0) failing[parent] = 1;
  }
  return { indexOf, parentOf, failing };
}
