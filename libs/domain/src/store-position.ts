/** A place in one partition of a bus: all records of lower offsets lie below it, and of this offset those of lower index. */
export interface PartitionPlace {
  /** Number of the bus in record ids, 0 to 65,535. */
  readonly epoch: number;
  /** 0 to 65,535. */
  readonly partition: number;
  readonly offset: bigint;
  readonly index: number;
}

/** `epoch` and `partition` as one number: places are sorted by it, as record ids are. */
function keyOf(epoch: number, partition: number): number {
  return epoch * 0x1_0000 + partition;
}

/**
 * Up to where stored records are meant: a place for each partition of each bus that fed the store. A partition that it does not
 * name stands at its beginning. Never changed once made.
 *
 * Record ids are made of the same numbers (docs/adr/003), so whether a record lies below a position is told by its id alone.
 */
export class StorePosition {
  static readonly START = new StorePosition(new Map());

  private constructor(private readonly places: ReadonlyMap<number, PartitionPlace>) {}

  static of(places: Iterable<PartitionPlace>): StorePosition {
    return new StorePosition(new Map([...places].map((place) => [keyOf(place.epoch, place.partition), place])));
  }

  /** By epoch, then partition. */
  sorted(): PartitionPlace[] {
    return [...this.places].sort(([a], [b]) => a - b).map(([, place]) => place);
  }

  /** Where a partition stands. */
  of(epoch: number, partition: number): PartitionPlace {
    return this.places.get(keyOf(epoch, partition)) ?? { epoch, partition, offset: 0n, index: 0 };
  }

  /** The same with these places in place of what it says of their partitions. */
  with(...places: readonly PartitionPlace[]): StorePosition {
    const changed = new Map(this.places);
    for (const place of places) changed.set(keyOf(place.epoch, place.partition), place);
    return new StorePosition(changed);
  }

  /** Whether all that lies below the other lies below this one too. */
  includes(other: StorePosition): boolean {
    return [...other.places.values()].every((place) => comparePlaces(this.of(place.epoch, place.partition), place) >= 0);
  }

  /** Whether the record lies below it. @param at where the 16 bytes of the record's id begin */
  isAbove(id: Buffer, at: number): boolean {
    return comparePlaces(placeOfRecord(id, at), this.of(id.readUInt16BE(at), id.readUInt16BE(at + 2))) < 0;
  }
}

/** Negative where `a` comes before `b`; of one partition. */
export function comparePlaces(a: PartitionPlace, b: PartitionPlace): number {
  return a.offset === b.offset ? a.index - b.index : a.offset < b.offset ? -1 : 1;
}

/** The place just before a record. @param at where the 16 bytes of its id begin */
export function placeOfRecord(id: Buffer, at: number): PartitionPlace {
  return {
    epoch: id.readUInt16BE(at),
    partition: id.readUInt16BE(at + 2),
    offset: id.readBigUInt64BE(at + 4),
    index: id.readUInt32BE(at + 12),
  };
}

/** The place just behind a record. */
export function placeBehindRecord(id: Buffer, at: number): PartitionPlace {
  const place = placeOfRecord(id, at);
  return { ...place, index: place.index + 1 };
}
