import { Graph, layout } from '@dagrejs/dagre';
import type { Picture } from '../picture.js';

export const BOX_WIDTH = 236;
export const BOX_HEIGHT = 66;
/** Room around the boxes of a rank, so that the badges on their upper edge stay free. */
const BESIDE = 26;
const BETWEEN_RANKS = 56;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the boxes and arrows of a picture lie, in pixels from the upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Upper left corner of each box. */
  readonly corners: readonly Point[];
  /** The way of each arrow, from the side of one box to that of another. */
  readonly ways: readonly (readonly Point[])[];
  /** True where callees lie below their callers; they lie to the right otherwise. */
  readonly down: boolean;
}

/**
 * Lays a picture out in ranks, from caller to callee: to the right, or downwards where that fits a screen better.
 * @param betweenRanks pixels
 */
export function layoutOf({ boxes, arrows }: Pick<Picture, 'boxes' | 'arrows'>, betweenRanks = BETWEEN_RANKS): Layout {
  const graph = new Graph({ multigraph: true });
  const down = runsDown(boxes.length, arrows);
  const rankdir = down ? 'TB' : 'LR';
  // Short edges, as the default ranker gives them, without its search for the shortest of all.
  graph.setGraph({ rankdir, nodesep: BESIDE, ranksep: betweenRanks, edgesep: 12, ranker: 'tight-tree' });
  boxes.forEach((_, index) => graph.setNode(String(index), { width: BOX_WIDTH, height: BOX_HEIGHT }));
  arrows.forEach(({ source, target }, index) => graph.setEdge(String(source), String(target), {}, String(index)));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const middles = boxes.map((_, index): Point => {
    const { x = 0, y = 0 } = graph.node(String(index));
    return { x, y };
  });
  return {
    width,
    height,
    down,
    corners: middles.map(({ x, y }) => ({ x: x - BOX_WIDTH / 2, y: y - BOX_HEIGHT / 2 })),
    ways: arrows.map(({ source, target }, index) => {
      const points = graph.edge(String(source), String(target), String(index)).points ?? [];
      return wayBetween(middles[source], middles[target], points, down);
    }),
  };
}

/** From the middle of one side to that of the other, round the boxes between where dagre found a way round them. */
function wayBetween(from: Point | undefined, to: Point | undefined, points: readonly Point[], down: boolean): readonly Point[] {
  if (from === undefined || to === undefined) return points;
  const [aside, below] = down ? [0, BOX_HEIGHT / 2] : [BOX_WIDTH / 2, 0];
  const forth = down ? from.y < to.y : from.x < to.x;
  const side = forth ? 1 : -1;
  // The first and the last are where dagre meets the boxes; of three, the middle one only bends the line.
  const between = points.length > 3 ? points.slice(1, -1) : [];
  return [{ x: from.x + side * aside, y: from.y + side * below }, ...between, { x: to.x - side * aside, y: to.y - side * below }];
}

/** True for pictures with many ranks of few boxes. */
function runsDown(size: number, arrows: Picture['arrows']): boolean {
  const rank = new Int32Array(size);
  for (let changed = true, rounds = 0; changed && rounds < size; rounds++) {
    changed = false;
    for (const { source, target, kind } of arrows) {
      const least = (rank[source] ?? 0) + 1;
      if (kind === 'link' || (rank[target] ?? 0) >= least) continue;
      rank[target] = least;
      changed = true;
    }
  }
  const perRank = new Map<number, number>();
  for (const one of rank) perRank.set(one, (perRank.get(one) ?? 0) + 1);
  const [ranks, broadest] = [perRank.size, Math.max(...perRank.values(), 1)];
  const across = Math.max((ranks * (BOX_WIDTH + BETWEEN_RANKS)) / 1.6, broadest * (BOX_HEIGHT + BESIDE));
  const down = Math.max((broadest * (BOX_WIDTH + BESIDE)) / 1.6, ranks * (BOX_HEIGHT + BETWEEN_RANKS));
  return ranks > 5 && down < across;
}
