import { tookPart, type PicturedDag } from './picture.js';
import type { SpanTree } from './span-tree.js';

/** Of a longer way from the root to a cause only both ends are drawn. */
const NEAR_CAUSE = 16;
const NEAR_ROOT = 4;

/**
 * Which spans of a DAG are drawn one by one. All, where there are no more than `most`. Otherwise, until there are half as many,
 * so that what is left is read at a glance: the causes with the ways that lead to them, the spans that the evidence speaks of, the root, what else erred,
 * and healthy spans from the top, so that the branches that are left out are healthy ones where there are any.
 *
 * @returns one entry a node, 1 where it is drawn
 */
export function chooseSpans(dag: PicturedDag, tree: SpanTree, most: number): Uint8Array {
  const { nodes, rootCauses } = dag;
  if (nodes.length <= most) return new Uint8Array(nodes.length).fill(1);
  const chosen = new Uint8Array(nodes.length);
  let room = Math.max(1, most >> 1);
  const choose = (node: number | undefined): void => {
    if (node === undefined || node < 0 || room === 0 || chosen[node] === 1) return;
    chosen[node] = 1;
    room--;
  };
  for (const { spanId } of rootCauses) wayTo(tree, tree.indexOf.get(spanId)).forEach(choose);
  for (const { evidenceSpanIds } of rootCauses) evidenceSpanIds.forEach((id) => choose(tree.indexOf.get(id)));
  choose(tree.indexOf.get(dag.rootSpanId));
  nodes.forEach((node, index) => {
    if (tookPart(node)) choose(index);
  });
  // Parents stand before their children: what is chosen so hangs together from the top.
  nodes.forEach((_, index) => {
    const parent = tree.parentOf[index] ?? -1;
    if (parent < 0 || chosen[parent] === 1) choose(index);
  });
  return chosen;
}

/** The span and those above it: the ones next to it, then the ones next to the root. */
function wayTo(tree: SpanTree, span: number | undefined): number[] {
  const way: number[] = [];
  for (let at = span ?? -1; at >= 0; at = tree.parentOf[at] ?? -1) way.push(at);
  return way.length <= NEAR_CAUSE + NEAR_ROOT ? way : [...way.slice(0, NEAR_CAUSE), ...way.slice(-NEAR_ROOT)];
}
