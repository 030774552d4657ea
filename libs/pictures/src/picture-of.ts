import { chooseSpans } from './choose-spans.js';
import {
  tookPart,
  type Arrow,
  type Box,
  type DagOfTrace,
  type GroupBox,
  type Picture,
  type PicturedDag,
  type PictureOptions,
} from './picture.js';
import { spanTreeOf, type SpanTree } from './span-tree.js';
import { counted } from './words.js';

const MAX_SPANS = 200;
/** Warnings that are told of one by one. */
const MAX_NOTES = 8;

/**
 * What a DAG's picture shows. Up to `maxSpans` spans are all drawn one by one. Of a larger DAG half as many are; the others
 * stand in groups, one below each drawn span at most, and a note says how many they are. So a picture has a few boxes for
 * each of the `maxSpans` at most, whatever the size of the DAG. Takes linear time.
 */
export function pictureOf({ traceId, dag }: DagOfTrace, { maxSpans = MAX_SPANS }: PictureOptions = {}): Picture {
  const tree = spanTreeOf(dag);
  const chosen = chooseSpans(dag, tree, maxSpans);
  const boxes: Box[] = [];
  const boxOf = placeSpans(dag, tree, chosen, boxes);
  const arrows = [...arrowsBetween(dag, tree, boxOf), ...missingParents(dag, tree, boxOf, boxes)];
  return { traceId, dag, boxes, arrows, notes: notesOf(dag, boxes) };
}

/** Fills the boxes of spans and groups. @returns the box of each node */
function placeSpans(dag: PicturedDag, tree: SpanTree, chosen: Uint8Array, boxes: Box[]): Int32Array {
  const { rootCauses } = dag;
  const causes = new Map(rootCauses.map((cause, i) => [cause.spanId, { place: i + 1, of: rootCauses.length, cause }]));
  const boxOf = new Int32Array(dag.nodes.length);
  const groupBelow = new Map<number, number>();
  dag.nodes.forEach((node, index) => {
    if (chosen[index] === 1) {
      boxOf[index] = boxes.push({ kind: 'span', node, cause: causes.get(node.id) ?? null }) - 1;
      return;
    }
    const parent = tree.parentOf[index] ?? -1;
    const above = parent < 0 ? -1 : (boxOf[parent] ?? -1);
    // Below a group the span joins it; below a drawn span, or at the top, it joins the group of its like.
    const known = above >= 0 && boxes[above]?.kind === 'group' ? above : groupBelow.get(above);
    const box = known ?? boxes.push({ kind: 'group', spans: 0, erring: 0 }) - 1;
    if (known === undefined) groupBelow.set(above, box);
    boxes[box] = joined(boxes[box], tookPart(node));
    boxOf[index] = box;
  });
  return boxOf;
}

function joined(box: Box | undefined, erring: boolean): GroupBox {
  const group = box?.kind === 'group' ? box : { spans: 0, erring: 0 };
  return { kind: 'group', spans: group.spans + 1, erring: group.erring + (erring ? 1 : 0) };
}

/** Each pair of boxes has one arrow of a kind. */
function arrowsBetween(dag: PicturedDag, tree: SpanTree, boxOf: Int32Array): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const { source, target, kind } of dag.edges) {
    const [from, to] = [tree.indexOf.get(source), tree.indexOf.get(target)];
    if (from === undefined || to === undefined) continue;
    const [fromBox, toBox] = [boxOf[from] ?? 0, boxOf[to] ?? 0];
    if (fromBox === toBox) continue;
    const key = `${kind} ${fromBox} ${toBox}`;
    const failing = kind === 'parent' && (tree.failing[to] === 1 || arrows.get(key)?.failing === true);
    arrows.set(key, { source: fromBox, target: toBox, kind: kind === 'parent' ? 'call' : 'link', failing });
  }
  return [...arrows.values()];
}

/** A box for each parent that drawn spans name and that sent nothing. */
function missingParents(dag: PicturedDag, tree: SpanTree, boxOf: Int32Array, boxes: Box[]): Arrow[] {
  const boxOfMissing = new Map<string, number>();
  const arrows: Arrow[] = [];
  dag.nodes.forEach(({ orphan, parentId }, index) => {
    const target = boxOf[index] ?? 0;
    if (!orphan || parentId === '' || boxes[target]?.kind !== 'span') return;
    const source = boxOfMissing.get(parentId) ?? boxes.push({ kind: 'missing', spanId: parentId }) - 1;
    boxOfMissing.set(parentId, source);
    arrows.push({ source, target, kind: 'missing', failing: tree.failing[index] === 1 });
  });
  return arrows;
}

function notesOf(dag: PicturedDag, boxes: readonly Box[]): string[] {
  const groups = boxes.filter((box) => box.kind === 'group');
  const hidden = groups.reduce((sum, { spans }) => sum + spans, 0);
  const erring = groups.reduce((sum, group) => sum + group.erring, 0);
  const which = erring === 0 ? 'all of them healthy' : `${erring} of them with a part in the failure`;
  const collapsed = `${counted(hidden, 'span')} of ${dag.nodes.length} stand in groups, ${which}: the JSON form has every one`;
  const further = dag.warnings.length - MAX_NOTES;
  return [
    ...(hidden === 0 ? [] : [collapsed]),
    ...dag.warnings.slice(0, MAX_NOTES),
    ...(further > 0 ? [`${counted(further, 'further warning')}: see the JSON form`] : []),
  ];
}
