import type { Arrow, Box, DagOfTrace, PictureOptions } from './picture.js';
import { pictureOf } from './picture-of.js';
import { linesOf, partOf, shortened } from './words.js';

const LINE = 60;
/** A mark before a space may begin a list in markdown: `1. ` and `- `. */
const SPECIAL = /[^\p{L}\p{M}\p{N} ,_·…:/.+-]|[.+-](?= |$)/gu;

/**
 * The DAG as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), as GitHub, GitLab and many wikis show it.
 * The boxes are named n0, n1, ...; all texts of the trace stand in quoted labels only.
 */
export function dagToMermaid(trace: DagOfTrace, options?: PictureOptions): string {
  const { boxes, arrows, notes, dag } = pictureOf(trace, options);
  const classes = boxes.map((box, index) => ({ name: `n${index}`, className: classOf(box) }));
  const failing = arrows.flatMap((arrow, index) => (arrow.failing ? [index] : []));
  return [
    'flowchart LR',
    ...boxes.map((box, index) => {
      const part = box.kind === 'span' ? partOf(box) : '';
      const lines = [...(part === '' ? [] : [part.toUpperCase()]), ...linesOf(box, dag.firstTime)];
      return `  n${index}${shapeOf(box, label(lines))}`;
    }),
    ...arrows.map((arrow) => `  n${arrow.source} ${arrowOf(arrow)} n${arrow.target}`),
    ...notes.map((note, index) => `  note${index}[/${label([note])}/]`),
    '  classDef cause stroke:#b91c1c,stroke-width:4px',
    '  classDef error stroke:#b91c1c,stroke-width:2px',
    '  classDef suspect stroke:#b45309,stroke-width:2px',
    '  classDef aside stroke-dasharray:4 3',
    ...['cause', 'error', 'suspect', 'aside'].flatMap((name) => {
      const members = classes.filter(({ className }) => className === name).map((one) => one.name);
      return members.length === 0 ? [] : [`  class ${members.join(',')} ${name}`];
    }),
    ...(failing.length === 0 ? [] : [`  linkStyle ${failing.join(',')} stroke:#b91c1c,stroke-width:2px`]),
    '',
  ].join('\n');
}

/**
 * A quoted label. All but letters, digits and a few marks become entities by number: Mermaid looks for directives (%%{),
 * markdown, HTML, entities and ends of statements in places where its grammar would not lead one to expect it.
 */
function label(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    shortened(line, LINE * 2).replace(SPECIAL, (character) => `#${character.codePointAt(0) ?? 0};`),
  );
  return `"${escaped.join('<br/>')}"`;
}

function shapeOf(box: Box, text: string): string {
  if (box.kind !== 'span') return `(${text})`;
  if (box.cause !== null) return `{{${text}}}`;
  return box.node.role === 'suspect' ? `>${text}]` : `[${text}]`;
}

function classOf(box: Box): string {
  if (box.kind !== 'span') return 'aside';
  if (box.cause !== null) return 'cause';
  if (box.node.role === 'suspect') return 'suspect';
  return box.node.errorCount > 0 ? 'error' : box.node.synthetic ? 'aside' : '';
}

function arrowOf({ kind, failing }: Arrow): string {
  if (kind === 'link') return '-. link .->';
  return kind === 'missing' ? '-.->' : failing ? '==>' : '-->';
}
