import fc from 'fast-check';
import { StorePosition, placeBehindRecord, placeOfRecord, type PartitionPlace } from './store-position.js';

const place: fc.Arbitrary<PartitionPlace> = fc.record({
  epoch: fc.constantFrom(0, 1, 65_535),
  partition: fc.constantFrom(0, 1, 65_535),
  offset: fc.constantFrom(0n, 1n, 255n, 2n ** 63n - 1n),
  index: fc.constantFrom(0, 1, 0xffff_fffe),
});
const position = fc.array(place, { maxLength: 6 }).map((places) => StorePosition.of(places));

function idOf({ epoch, partition, offset, index }: PartitionPlace): Buffer {
  const id = Buffer.alloc(20);
  id.writeUInt16BE(epoch, 4);
  id.writeUInt16BE(partition, 6);
  id.writeBigUInt64BE(offset, 8);
  id.writeUInt32BE(index, 16);
  return id;
}

describe('StorePosition', () => {
  it('tells by a record id whether the record lies below it', () => {
    fc.assert(
      fc.property(place, position, (record, start) => {
        const id = idOf(record);
        expect(start.with(placeOfRecord(id, 4)).isAbove(id, 4)).toBe(false);
        expect(start.with(placeBehindRecord(id, 4)).isAbove(id, 4)).toBe(true);
      }),
    );
  });

  it('names each partition once, in the order of record ids', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), (places) => {
        const ids = StorePosition.of(places)
          .sorted()
          .map((one) => idOf({ ...one, offset: 0n, index: 0 }).toString('hex'));
        expect(ids).toEqual([...new Set(ids)].sort());
      }),
    );
  });

  it('includes another where no partition of it stands further', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const further = b.sorted().some((one) => {
          const own = a.of(one.epoch, one.partition);
          return one.offset > own.offset || (one.offset === own.offset && one.index > own.index);
        });
        expect(a.includes(b)).toBe(!further);
        expect(a.with(...b.sorted()).includes(b)).toBe(true);
        expect(a.includes(StorePosition.START)).toBe(true);
      }),
    );
  });
});
