import type { DagOfTrace, Picture, PictureOptions } from '../picture.js';
import { pictureOf } from '../picture-of.js';
import { counted, offset, shortened } from '../words.js';
import { drawArrow } from './arrows.js';
import { drawBox } from './boxes.js';
import { layoutOf } from './layout.js';
import { legend, LEGEND_HEIGHT, LEGEND_WIDTH } from './legend.js';
import { STYLE } from './style.js';
import { wrapped } from './text-width.js';
import { element, escaped } from './xml.js';

const MARGIN = 28;
const LEAST_WIDTH = LEGEND_WIDTH + 2 * MARGIN;
const LINE = 19;
/** Lines of text stay readable: they go no wider than this, whatever the picture's width. */
const TEXT_WIDTH = 1_100;
const CAUSES_TOLD = 3;

interface Line {
  readonly className: string;
  readonly text: string;
}

/**
 * The DAG as an SVG document of its own: no scripts, no fonts, nothing fetched. What and where is said above and below the
 * boxes, everything else in tooltips (`title` elements). Light or dark as the reader's system is.
 *
 * A DAG of any size gives at most a few megabytes within about a second: see pictureOf.
 */
export function dagToSvg(trace: DagOfTrace, options?: PictureOptions): string {
  const picture = pictureOf(trace, options);
  const { width: boxesWidth, height: boxesHeight, corners, ways, down } = layoutOf(picture);
  const width = Math.max(boxesWidth + 2 * MARGIN, LEAST_WIDTH);
  // Parts of the font of 13 px, with some room where the reader's font is wide.
  const textWidth = Math.min(width - 2 * MARGIN, TEXT_WIDTH) / 13.7;
  const head = headLines(picture, textWidth);
  const foot = picture.notes.flatMap((note) => wrapped(note, textWidth, 2)).map((text) => ({ className: 'say', text }));
  const top = MARGIN + 8 + head.length * LINE + 24;
  const footTop = top + boxesHeight + 48;
  const height = footTop + foot.length * LINE + LEGEND_HEIGHT + MARGIN;
  const left = (width - boxesWidth) / 2;
  const start = picture.dag.firstTime;
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, role: 'img' },
    [
      element('title', {}, escaped(`Error DAG of trace ${trace.traceId}`)),
      element('style', {}, STYLE.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
      element('rect', { class: 'ground', width: '100%', height: '100%' }),
      ...drawLines(head, MARGIN + 16),
      element('g', { transform: `translate(${Math.round(left)} ${Math.round(top)})` }, [
        ...picture.arrows.map((arrow, index) => drawArrow(arrow, ways[index] ?? [], down)),
        ...picture.boxes.map((box, index) => drawBox(box, corners[index] ?? { x: 0, y: 0 }, start)),
      ]),
      ...drawLines(foot, footTop),
      element('g', { transform: `translate(${MARGIN} ${Math.round(footTop + foot.length * LINE)})` }, legend()),
    ],
  );
}

function headLines({ traceId, dag }: Picture, width: number): Line[] {
  const { rootCauses, errorCount, spanCount, logCount, services, firstTime, lastTime, truncated } = dag;
  const serviceOf = new Map(dag.nodes.map(({ id, service }) => [id, service]));
  const counts = [
    counted(errorCount, 'error'),
    counted(spanCount, 'span'),
    counted(logCount, 'log'),
    counted(services.length, 'service'),
    `over ${offset(firstTime, lastTime).slice(1)}`,
    ...(truncated ? ['truncated'] : []),
  ];
  const causes = rootCauses.slice(0, CAUSES_TOLD).flatMap(({ spanId, evidence }, index) => {
    const place = rootCauses.length === 1 ? 'Root cause' : `Cause ${index + 1} of ${rootCauses.length}`;
    return wrapped(`${place}: ${serviceOf.get(spanId) ?? ''} — ${evidence}`, width, 2).map((text) => ({
      className: 'why',
      text,
    }));
  });
  return [
    { className: 'title', text: `Error DAG of trace ${shortened(traceId, 60)}` },
    { className: 'say', text: counts.join(' · ') },
    ...causes,
  ];
}

function drawLines(lines: readonly Line[], top: number): string[] {
  return lines.map(({ className, text }, index) =>
    element('text', { class: className, x: MARGIN, y: top + index * LINE + (index === 0 ? 0 : 4) }, escaped(text)),
  );
}
