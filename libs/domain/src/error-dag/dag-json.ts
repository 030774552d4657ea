import type { ErrorDag } from '../error-dag.js';
import type { Level } from '../level.js';

/** What the contract calls `dagJson`: these keys and no others. */
export interface DagJson {
  readonly nodes: readonly { readonly id: string; readonly service: string; readonly level: Level }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** The DAG's spans and parent edges in the DAG's order; without synthetic nodes, their edges and links. */
export function dagJson(dag: ErrorDag): DagJson {
  const synthetic = new Set(dag.nodes.filter((node) => node.synthetic).map((node) => node.id));
  return {
    nodes: dag.nodes.filter((node) => !node.synthetic).map(({ id, service, level }) => ({ id, service, level })),
    edges: dag.edges
      .filter(({ source, target, kind }) => kind === 'parent' && !synthetic.has(source) && !synthetic.has(target))
      .map(({ source, target }) => ({ source, target })),
  };
}
