import type { RecordView } from '#domain';
import type { RecordPage } from '../../api/log-reader.js';
import type { SearchPosition } from '../../api/log-search.js';
import { printedBytesOf } from '../rows/record-pages.js';
import { ROW_WEIGHT } from '../sql/log-columns.js';

/** The rows of a page as window after window brings them, up to a number and a size. */
export class FoundRows {
  private readonly parts: { readonly page: RecordPage; readonly count: number }[] = [];
  private bytes = 0;
  private rows = 0;
  private lastPlace: SearchPosition | null = null;

  constructor(
    private readonly limit: number,
    private readonly maxBytes: number,
  ) {}

  get count(): number {
    return this.rows;
  }

  /** Rows that the page still holds. */
  get roomRows(): number {
    return this.limit - this.rows;
  }

  get roomBytes(): number {
    return Math.max(0, this.maxBytes - this.bytes);
  }

  /** The place of the last row taken. */
  get last(): SearchPosition | null {
    return this.lastPlace;
  }

  /**
   * Takes the rows of the next window, as many as fit; the page's first row fits whatever its size.
   * @returns whether all of the window's rows were taken
   */
  take(page: RecordPage): boolean {
    let taken = 0;
    let full = false;
    page.forEach((view) => {
      full ||= !this.fits(view);
      if (full) return;
      taken++;
      this.rows++;
      this.bytes += printedBytesOf(view) + ROW_WEIGHT;
      this.lastPlace = { time: { ...view.time }, id: view.id };
    });
    if (taken > 0) this.parts.push({ page, count: taken });
    return !full && !page.more;
  }

  private fits(view: RecordView): boolean {
    if (this.rows === 0) return this.limit > 0;
    return this.rows < this.limit && this.bytes + printedBytesOf(view) + ROW_WEIGHT <= this.maxBytes;
  }

  /** Shows each row in order, always by the same view. */
  forEach(show: (view: RecordView) => void): void {
    for (const { page, count } of this.parts) {
      let shown = 0;
      page.forEach((view) => {
        if (shown++ < count) show(view);
      });
    }
  }
}
