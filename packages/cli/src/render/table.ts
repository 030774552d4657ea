import type { Palette } from '../palette.js';

/** A column of a table: its heading, and where its cells stand. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * Lines of a table with a heading, two spaces between columns. Cells hold no newlines and no colours.
 * @param width the last column is cut where a line would be longer; null: never
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  palette: Palette,
  width: number | null,
): string[] {
  const widths = columns.map(({ title }, at) => rows.reduce((most, row) => Math.max(most, (row[at] ?? '').length), title.length));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const room = width === null ? Number.POSITIVE_INFINITY : Math.max(8, width - before);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => {
        if (at === columns.length - 1 && columns[at]?.align === 'left') return cut(cell, room);
        return columns[at]?.align === 'right' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return [palette.strong(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
