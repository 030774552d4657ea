import type { StorePosition } from '#domain';
import type { LogTail, TailRequest, TailSelection } from '../api/log-tail.js';

/** Reads as live tail does, and keeps what it was given. */
export class TailReader {
  readonly ids: string[] = [];
  readonly tenants = new Set<string>();

  private constructor(
    private readonly tail: LogTail,
    private readonly records: TailSelection,
    private readonly bounds: Pick<TailRequest, 'limit' | 'maxBytes'>,
    public position: StorePosition,
  ) {}

  /** @param position the head where it is not said */
  static async start(
    tail: LogTail,
    records: TailSelection,
    bounds: Pick<TailRequest, 'limit' | 'maxBytes'> = { limit: 100, maxBytes: 1_000_000 },
    position?: StorePosition,
  ): Promise<TailReader> {
    return new TailReader(tail, records, bounds, position ?? (await tail.head()));
  }

  /** Reads up to the head as it is now; at most so many pages. @returns whether that was all */
  async catchUp(pages = Infinity): Promise<boolean> {
    const to = await this.tail.head();
    for (let page = 0; !this.position.includes(to); page++) {
      if (page >= pages) return false;
      await this.readPage(to);
    }
    return true;
  }

  private async readPage(to: StorePosition): Promise<void> {
    const from = this.position;
    const { limit, maxBytes } = this.bounds;
    this.position = await this.tail.read({ from, to, records: this.records, ...this.bounds }, (page) => {
      let [bytes, count] = [0, 0];
      page.forEach((record, tenant) => {
        count++;
        bytes += record.messageEnd - record.messageStart;
        this.ids.push(record.id);
        this.tenants.add(tenant);
        if (from.isAbove(record.bytes, record.idStart)) throw new Error(`${record.id} lies below where it was read from`);
        if (!page.next.isAbove(record.bytes, record.idStart)) throw new Error(`${record.id} lies above where its page ends`);
      });
      if (count > limit) throw new Error(`${count} rows in a page of ${limit}`);
      if (count > 1 && bytes > maxBytes) throw new Error(`${bytes} bytes in a page of ${maxBytes}`);
      if (page.next.includes(from) === false) throw new Error('a page leads back');
      if (from.includes(page.next)) throw new Error('a page leads nowhere');
      return page.next;
    });
  }
}
