import type { Point } from '#pictures';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** How much a step aside counts against a step ahead. */
const ASIDE = 2.2;

/** The box that lies next in a direction, by its place in the drawing; null where none does. */
export function nearest(corners: readonly Point[], from: number, direction: Direction): number | null {
  const origin = corners[from];
  if (origin === undefined) return null;
  let best: number | null = null;
  let least = Infinity;
  corners.forEach((corner, index) => {
    const [dx, dy] = [corner.x - origin.x, corner.y - origin.y];
    const ahead = { ArrowLeft: -dx, ArrowRight: dx, ArrowUp: -dy, ArrowDown: dy }[direction];
    if (index === from || ahead < 8) return;
    const aside = Math.abs(direction === 'ArrowLeft' || direction === 'ArrowRight' ? dy : dx);
    const distance = ahead + ASIDE * aside;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

export function isDirection(key: string): key is Direction {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/**
 * A line from box to box. It leaves and arrives straight, in the direction of the layout; points between bend it.
 * @param down true where callees lie below their callers, else to the right
 */
export function pathOf(points: readonly Point[], down: boolean): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  points.slice(1).forEach((point, i) => {
    const from = points[i] ?? first;
    const [halfX, halfY] = [(from.x + point.x) / 2, (from.y + point.y) / 2];
    path += down
      ? `C${from.x} ${halfY} ${point.x} ${halfY} ${point.x} ${point.y}`
      : `C${halfX} ${from.y} ${halfX} ${point.y} ${point.x} ${point.y}`;
  });
  return path;
}
