import fc from 'fast-check';
import { murmur2, partitionOf } from './murmur2.js';

/** From Apache Kafka's UtilsTest.testMurmur2. */
const KNOWN: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

describe('murmur2', () => {
  it.each(KNOWN)('gives the hash of "%s" that Kafka gives', (text, hash) => {
    const bytes = Buffer.from(text, 'utf8');
    expect(murmur2(bytes, 0, bytes.length)).toBe(hash);
  });

  it('hashes the range it is given, wherever that lies', () => {
    const some = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(some, some, some, (before, key, after) => {
        const all = Buffer.concat([before, key, after]);
        expect(murmur2(all, before.length, before.length + key.length)).toBe(murmur2(key, 0, key.length));
      }),
    );
  });
});

describe('partitionOf', () => {
  it('takes the hash without its sign bit modulo the number of partitions, as the default partitioner does', () => {
    for (const [text, hash] of KNOWN) {
      const bytes = Buffer.from(text, 'utf8');
      for (const partitions of [1, 2, 7, 64]) {
        expect(partitionOf(bytes, 0, bytes.length, partitions)).toBe((hash & 0x7fffffff) % partitions);
      }
    }
  });
});
