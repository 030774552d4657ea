import type { WriteStream } from 'node:tty';
import { columnsOf } from '../output.js';
import { counted } from '../render/words.js';

const BAR_WIDTH = 24;
const REDRAW_MS = 100;

/** A line on the terminal that tells how far the sending is; drawn in place, gone at the end. */
export class Progress {
  private readonly start = performance.now();
  private drawnAt = Number.NEGATIVE_INFINITY;

  /**
   * @param screen null: nothing is drawn
   * @param totalBytes of the input; null where nobody knows, as with standard input
   */
  constructor(
    private readonly screen: WriteStream | null,
    private readonly totalBytes: number | null,
  ) {}

  /** @param records acknowledged so far @param bytes of the input read for them */
  show(records: number, bytes: number): void {
    const now = performance.now();
    if (this.screen === null || now - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = now;
    const line = progressLine({ records, bytes, totalBytes: this.totalBytes, seconds: (now - this.start) / 1000 });
    this.screen.write(`\r\u001b[2K${line.slice(0, (columnsOf(this.screen) ?? 80) - 1)}`);
  }

  /** Takes the line away, so that another text may stand there. */
  clear(): void {
    if (this.drawnAt > 0) this.screen?.write('\r\u001b[2K');
    this.drawnAt = Number.NEGATIVE_INFINITY;
  }
}

interface HowFar {
  readonly records: number;
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly seconds: number;
}

/** `[############------------]  50 %  12,000 records, 8,000/s` */
export function progressLine({ records, bytes, totalBytes, seconds }: HowFar): string {
  const rate = seconds > 0 ? `, ${Math.round(records / seconds).toLocaleString('en-US')}/s` : '';
  const done = counted(records, 'record') + rate;
  if (totalBytes === null || totalBytes === 0) return done;
  const share = Math.min(1, bytes / totalBytes);
  const filled = Math.floor(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %  ${done}`;
}
