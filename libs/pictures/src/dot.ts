import type { Arrow, Box, DagOfTrace, PictureOptions } from './picture.js';
import { pictureOf } from './picture-of.js';
import { linesOf, partOf, plain, shortened } from './words.js';

const LINE = 60;

/**
 * The DAG in Graphviz' DOT language (https://graphviz.org/doc/info/lang.html). The boxes are named n0, n1, ...; all texts of
 * the trace stand in quoted strings only.
 */
export function dagToDot(trace: DagOfTrace, options?: PictureOptions): string {
  const { boxes, arrows, notes, dag } = pictureOf(trace, options);
  const title = [`Error DAG of trace ${trace.traceId}`, ...notes];
  return [
    'digraph {',
    `  graph [rankdir=LR, fontname="sans-serif", labelloc=t, label=${quoted(title)}];`,
    '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11, color="#64748b"];',
    '  edge [color="#64748b"];',
    ...boxes.map((box, index) => {
      const part = box.kind === 'span' ? partOf(box) : '';
      const lines = [...(part === '' ? [] : [part.toUpperCase()]), ...linesOf(box, dag.firstTime)];
      return `  n${index} [label=${quoted(lines)}, ${styleOf(box)}, tooltip=${quoted([tooltipOf(box)], 1_200)}];`;
    }),
    ...arrows.map((arrow) => `  n${arrow.source} -> n${arrow.target}${arrowStyle(arrow)};`),
    '}',
    '',
  ].join('\n');
}

/** Backslashes begin escapes, and entities of HTML are read in labels: both are made to mean themselves. */
function quoted(lines: readonly string[], most = LINE * 2): string {
  const escaped = lines.map((line) =>
    shortened(line, most).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;'),
  );
  return `"${escaped.join('\\n')}"`;
}

function tooltipOf(box: Box): string {
  if (box.kind !== 'span') return box.kind;
  return plain(box.cause === null ? `span ${box.node.id}` : box.cause.cause.evidence);
}

function styleOf(box: Box): string {
  if (box.kind !== 'span') return 'style="rounded,dashed"';
  const { cause, node } = box;
  if (cause !== null) return 'shape=octagon, style=bold, peripheries=2, color="#b91c1c"';
  const dashed = node.synthetic ? ',dashed' : '';
  if (node.role === 'suspect') return `style="bold${dashed}", shape=hexagon, color="#b45309"`;
  return node.errorCount > 0 ? `style="bold${dashed}", color="#b91c1c"` : `style="rounded${dashed}"`;
}

function arrowStyle({ kind, failing }: Arrow): string {
  if (kind === 'link') return ' [style=dashed, arrowhead=open, label="link"]';
  const red = failing ? 'color="#b91c1c", penwidth=2' : '';
  if (kind === 'missing') return ` [style=dashed${red === '' ? '' : `, ${red}`}]`;
  return red === '' ? '' : ` [${red}]`;
}
