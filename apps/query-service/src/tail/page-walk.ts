import { placeBehindRecord, type PartitionPlace, type RecordView, type StorePosition } from '#domain';

/** Follows the records of a page in their order, partition by partition, and knows the position behind each. */
export class PageWalk {
  private last: PartitionPlace | null = null;

  /** @param before where the page begins; grows by each partition that is done with */
  constructor(private before: StorePosition) {}

  /** To be called for every record of the page. */
  step({ bytes, idStart }: RecordView): void {
    const place = placeBehindRecord(bytes, idStart);
    const { last } = this;
    if (last !== null && (last.partition !== place.partition || last.epoch !== place.epoch)) this.before = this.before.with(last);
    this.last = place;
  }

  /** The position behind the record that was stepped to, made when it is asked for. */
  position(): () => StorePosition {
    const { before, last } = this;
    return () => (last === null ? before : before.with(last));
  }
}
