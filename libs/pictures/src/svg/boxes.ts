import { formatInstant, type Instant } from '#domain';
import type { Box, SpanBox } from '../picture.js';
import { counted, linesOf, partOf } from '../words.js';
import { BOX_HEIGHT, BOX_WIDTH, type Point } from './layout.js';
import { fitted, textWidth } from './text-width.js';
import { element, escaped } from './xml.js';

const INSET = 14;
const BADGE_HEIGHT = 18;
const BADGE_FONT = 10.5;

/** A box with its lines, its badge and its tooltip. @param start when the trace began */
export function drawBox(box: Box, { x, y }: Point, start: Instant): string {
  const [name, what, id] = linesOf(box, start);
  const line = (className: string, text: string, size: number, baseline: number) =>
    element('text', { class: className, x: x + INSET, y: y + baseline }, escaped(fitted(text, (BOX_WIDTH - 2 * INSET) / size)));
  return element('g', { class: classOf(box) }, [
    element('title', {}, escaped(tooltipOf(box))),
    ...shapeOf(box, x, y),
    // The sizes count for more than the style sheet's: bold and monospaced letters are wider than the guess.
    line('name', name, 15.6, 24),
    line('what', what, 12, 41),
    line('id', id, 12.2, 57),
    ...(box.kind === 'span' ? badge(partOf(box), x, y) : []),
  ]);
}

function classOf(box: Box): string {
  if (box.kind !== 'span') return 'aside';
  const part = box.cause !== null ? 'cause' : box.node.role === 'suspect' ? 'suspect' : box.node.errorCount > 0 ? 'error' : '';
  return `${part}${box.node.synthetic ? ' aside' : ''}`.trim();
}

/** Causes are octagons with a second line around them; groups look like a pile of cards. */
function shapeOf(box: Box, x: number, y: number): string[] {
  const [width, height] = [BOX_WIDTH, BOX_HEIGHT];
  if (box.kind === 'span' && box.cause !== null) {
    return [
      element('path', { class: 'ring', d: octagon(x - 5, y - 5, width + 10, height + 10, 14) }),
      element('path', { class: 'box', d: octagon(x, y, width, height, 11) }),
    ];
  }
  const pile = [8, 4].map((shift) => element('rect', { class: 'pile', x: x + shift, y: y + shift, width, height, rx: 8 }));
  const square = box.kind === 'span' && box.node.errorCount > 0;
  return [...(box.kind === 'group' ? pile : []), element('rect', { class: 'box', x, y, width, height, rx: square ? 2 : 9 })];
}

export function octagon(x: number, y: number, width: number, height: number, cut: number): string {
  const [right, bottom] = [x + width, y + height];
  const corners = [
    [x + cut, y],
    [right - cut, y],
    [right, y + cut],
    [right, bottom - cut],
    [right - cut, bottom],
    [x + cut, bottom],
    [x, bottom - cut],
    [x, y + cut],
  ];
  return `M${corners.map((corner) => corner.map((value) => Math.round(value * 10) / 10).join(' ')).join('L')}Z`;
}

/** The span's part in the failure, on the box's upper edge. */
function badge(part: string, x: number, y: number): string[] {
  if (part === '') return [];
  const text = `${part === 'suspect' ? '? ' : '✕ '}${part.toUpperCase()}`;
  const width = textWidth(text) * (BADGE_FONT + 1.2) + 16;
  const left = x + BOX_WIDTH - width - 12;
  const top = y - BADGE_HEIGHT / 2;
  return [
    element('rect', { class: 'badge', x: left, y: top, width, height: BADGE_HEIGHT, rx: BADGE_HEIGHT / 2 }),
    element('text', { class: 'part', x: left + width / 2, y: top + 12.8, 'text-anchor': 'middle' }, escaped(text)),
  ];
}

function tooltipOf(box: Box): string {
  if (box.kind === 'missing') return `Span ${box.spanId} is named as a parent, but sent nothing.`;
  if (box.kind === 'group')
    return `${counted(box.spans, 'span')}, ${box.erring} with a part in the failure: not drawn one by one.`;
  return spanTooltip(box);
}

function spanTooltip({ node, cause }: SpanBox): string {
  const { service, id, parentId, level, logCount, errorCount, firstTime, lastTime, role, orphan } = node;
  return [
    `${service}: span ${id}`,
    parentId === '' ? 'no parent' : `parent ${parentId}${orphan ? ' (sent nothing)' : ''}`,
    `level ${level}, ${counted(logCount, 'log')}, ${counted(errorCount, 'error')}${role === '' ? '' : `, ${role}`}`,
    `${formatInstant(firstTime)} to ${formatInstant(lastTime)}`,
    ...(cause === null ? [] : [cause.cause.evidence]),
  ].join(' · ');
}
