import { octagon } from './boxes.js';
import { element, escaped } from './xml.js';

export const LEGEND_WIDTH = 664;
export const LEGEND_HEIGHT = 34;

const BASELINE = 23;

/** What the marks mean, on one line. */
export function legend(): string[] {
  const word = (x: number, text: string) => element('text', { class: 'say', x, y: BASELINE }, escaped(text));
  const box = (className: string, shape: string) => element('g', { class: className }, shape);
  const dash = (x: number, className: string) =>
    element('g', { class: className }, element('path', { class: 'arrow', d: `M${x} 18L${x + 30} 18` }));
  return [
    box('cause', element('path', { class: 'box', d: octagon(2, 10, 26, 16, 4) })),
    word(36, 'root cause'),
    box('error', element('rect', { class: 'box', x: 118, y: 10, width: 26, height: 16, rx: 2 })),
    word(151, 'error'),
    box('suspect', element('rect', { class: 'box', x: 200, y: 10, width: 26, height: 16, rx: 9 })),
    word(233, 'suspect'),
    dash(296, 'failing'),
    word(333, 'way to the failure'),
    dash(456, 'dashed'),
    word(493, 'link, or a missing parent'),
  ];
}
