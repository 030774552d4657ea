type Paint = (text: string) => string;

/** What a colour means here, so that all commands colour alike. */
export interface Palette {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
  readonly good: Paint;
  readonly name: Paint;
}

const paint =
  (on: number, off: number): Paint =>
  (text) =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
const asItIs: Paint = (text) => text;

/** SGR sequences (ECMA-48, 8.3.117): the eight colours that every terminal's theme makes readable. */
export const COLOURED: Palette = {
  strong: paint(1, 22),
  faint: paint(2, 22),
  bad: paint(31, 39),
  warning: paint(33, 39),
  good: paint(32, 39),
  name: paint(36, 39),
};

export const PLAIN: Palette = { strong: asItIs, faint: asItIs, bad: asItIs, warning: asItIs, good: asItIs, name: asItIs };

/** The colour of a level: trace, debug, info, warn, error or fatal. */
export function paintOfLevel(palette: Palette, level: string): Paint {
  if (level === 'error' || level === 'fatal') return palette.bad;
  if (level === 'warn') return palette.warning;
  return level === 'info' ? palette.good : palette.faint;
}
