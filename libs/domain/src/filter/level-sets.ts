import { severityOfLevel, type Level } from '../level.js';

export const LEVELS_BY_SEVERITY: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Each level once, by severity. */
export function levelsInOrder(levels: readonly Level[]): readonly Level[] {
  return LEVELS_BY_SEVERITY.filter((level) => levels.includes(level));
}

export function levelsFrom(lowest: Level): readonly Level[] {
  return LEVELS_BY_SEVERITY.slice(LEVELS_BY_SEVERITY.indexOf(lowest));
}

/** Severity numbers of a set of levels. */
export interface SeverityRange {
  /** The first number; null: all below `before`. */
  readonly from: number | null;
  /** The first number that is too high; null: all from `from`. */
  readonly before: number | null;
}

/** The ranges of severity numbers that the levels cover, neighbours joined. */
export function severityRangesOf(levels: readonly Level[]): readonly SeverityRange[] {
  const ranges: SeverityRange[] = [];
  LEVELS_BY_SEVERITY.forEach((level, i) => {
    if (!levels.includes(level)) return;
    const from = i === 0 ? null : severityOfLevel(level);
    const above = LEVELS_BY_SEVERITY[i + 1];
    const before = above === undefined ? null : severityOfLevel(above);
    const last = ranges.at(-1);
    if (last !== undefined && last.before === from) ranges[ranges.length - 1] = { from: last.from, before };
    else ranges.push({ from, before });
  });
  return ranges;
}
