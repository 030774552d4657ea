import { placeBehindRecord, type RecordView, type StorePosition } from '#domain';

/** Bytes of an id that name the partition of the bus. */
const PARTITION_BYTES = 4;
const NO_PARTITION = -1;

/** Follows the records of a page in their order, partition by partition, and knows the position behind each. */
export class PageWalk {
  private bytes: Buffer = Buffer.alloc(0);
  private idStart = 0;
  private partition = NO_PARTITION;

  /** @param before where the page begins; grows by each partition that is done with */
  constructor(private before: StorePosition) {}

  /** To be called for every record of the page, while it is shown. */
  step({ bytes, idStart }: RecordView): void {
    const partition = bytes.readUIntBE(idStart, PARTITION_BYTES);
    if (partition !== this.partition && this.partition !== NO_PARTITION)
      this.before = this.before.with(placeBehindRecord(this.bytes, this.idStart));
    this.bytes = bytes;
    this.idStart = idStart;
    this.partition = partition;
  }

  /** The position behind the record that was stepped to, made when it is asked for. It keeps nothing of the page. */
  position(): () => StorePosition {
    const { before } = this;
    const place = placeBehindRecord(this.bytes, this.idStart);
    return () => before.with(place);
  }
}
