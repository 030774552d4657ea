import { once } from 'node:events';
import type { WriteStream } from 'node:tty';
import { COLOURED, PLAIN, type Palette } from './palette.js';

/** The width that sentences are wrapped at where there is no terminal that says its own. */
const WIDTH = 100;
const MIN_WIDTH = 40;
/** Longer lines are hard to read. */
const MAX_WIDTH = 120;

/** Standard output and standard error of the command line. */
export class Output {
  readonly palette: Palette;
  /** Columns for wrapped text. */
  readonly width: number;
  /** Columns that a table may take; null where its lines go to a program and are written whole. */
  readonly tableWidth: number | null;

  /** @param colours false: never. Otherwise on a terminal that has them, unless NO_COLOR is set (https://no-color.org) */
  constructor(
    private readonly out: WriteStream,
    private readonly err: WriteStream,
    colours: boolean,
  ) {
    this.palette = colours && out.isTTY && out.hasColors() ? COLOURED : PLAIN;
    this.width = Math.min(columnsOf(out) ?? WIDTH, MAX_WIDTH);
    this.tableWidth = columnsOf(out);
  }

  /** Writes a line; resolves when more may come, so that a slow reader does not fill the memory. */
  async line(text: string): Promise<void> {
    if (!this.out.write(`${text}\n`)) await once(this.out, 'drain');
  }

  async lines(texts: Iterable<string>): Promise<void> {
    for (const text of texts) await this.line(text);
  }

  /** A fault of one of many things, on standard error: the others go on. */
  fault(text: string): void {
    this.err.write(`${text}\n`);
  }

  /** A remark for the person at the terminal; programs don't get it. */
  remark(text: string): void {
    if (this.err.isTTY) this.err.write(`${text}\n`);
  }

  /** Where progress is drawn; null where nobody watches. */
  get screen(): WriteStream | null {
    return this.err.isTTY ? this.err : null;
  }
}

/** Columns of a terminal; null where it is none, or has not said how many (0). */
export function columnsOf({ isTTY, columns }: WriteStream): number | null {
  return isTTY && columns > 0 ? Math.max(MIN_WIDTH, columns) : null;
}
