import { IndexHeap } from './index-heap.js';

/** An edge between two nodes by their indices. */
export interface IndexEdge {
  readonly source: number;
  readonly target: number;
}

/**
 * The nodes 0 to `size - 1` in an order in which every edge's source comes before its target; of the nodes that could
 * come next, the lowest index does. The edges must be free of cycles: nodes on or behind one would be missing.
 *
 * Source: A. B. Kahn, "Topological sorting of large networks" (1962), with a heap for the ready nodes.
 */
export function topologicalOrder(size: number, edges: readonly IndexEdge[]): number[] {
  const waitsFor = new Int32Array(size);
  const targets: (number[] | undefined)[] = new Array<number[] | undefined>(size).fill(undefined);
  for (const { source, target } of edges) {
    waitsFor[target] = (waitsFor[target] ?? 0) + 1;
    const known = targets[source];
    if (known === undefined) targets[source] = [target];
    else known.push(target);
  }
  const ready = new IndexHeap();
  for (let node = 0; node < size; node++) if (waitsFor[node] === 0) ready.push(node);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const target of targets[node] ?? []) {
      const left = (waitsFor[target] ?? 0) - 1;
      waitsFor[target] = left;
      if (left === 0) ready.push(target);
    }
  }
  return order;
}
