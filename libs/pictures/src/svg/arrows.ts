import type { Arrow } from '../picture.js';
import type { Point } from './layout.js';
import { element, rounded } from './xml.js';

const TIP_LENGTH = 10;
const TIP_HALF = 4.5;

const WORDS = { call: 'calls', link: 'link: led to it without calling it', missing: 'the parent sent nothing' } as const;

/**
 * An arrow along its way, with a tip of its own: markers take their colour from one place only.
 * @param down whether callees lie below their callers
 */
export function drawArrow({ kind, failing }: Arrow, way: readonly Point[], down: boolean): string {
  const end = way.at(-1);
  const before = way.at(-2);
  if (end === undefined || before === undefined) return '';
  const back = (down ? before.y <= end.y : before.x <= end.x) ? -TIP_LENGTH : TIP_LENGTH;
  const neck = down ? { x: end.x, y: end.y + back } : { x: end.x + back, y: end.y };
  const wing = (side: number): Point =>
    down ? { x: neck.x + side * TIP_HALF, y: neck.y } : { x: neck.x, y: neck.y + side * TIP_HALF };
  const className = `${failing ? 'failing' : ''}${kind === 'call' ? '' : ' dashed'}`.trim();
  return element('g', { class: className === '' ? undefined : className }, [
    element('title', {}, failing ? `${WORDS[kind]}; the failure lies this way` : WORDS[kind]),
    element('path', { class: 'arrow', d: curve([...way.slice(0, -1), neck], down) }),
    element('path', { class: 'tip', d: `M${at(end)}L${at(wing(1))}L${at(wing(-1))}Z` }),
  ]);
}

/** From point to point, leaving and reaching each along the ranks. */
function curve(points: readonly Point[], down: boolean): string {
  return points
    .map((point, index) => {
      const from = points[index - 1];
      if (from === undefined) return `M${at(point)}`;
      const middle = { x: (from.x + point.x) / 2, y: (from.y + point.y) / 2 };
      const bends = down
        ? [
            { x: from.x, y: middle.y },
            { x: point.x, y: middle.y },
          ]
        : [
            { x: middle.x, y: from.y },
            { x: middle.x, y: point.y },
          ];
      return `C${bends.map(at).join(' ')} ${at(point)}`;
    })
    .join('');
}

function at({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}
