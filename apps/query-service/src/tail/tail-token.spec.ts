import fc from 'fast-check';
import { FIRST_SECOND, LAST_SECOND, StorePosition } from '#domain';
import { readTailToken, tailTokenText, type TailToken } from './tail-token.js';

const instant = fc.record({
  seconds: fc.oneof(fc.constantFrom(FIRST_SECOND, -1, 0, LAST_SECOND), fc.integer({ min: FIRST_SECOND, max: LAST_SECOND })),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});
const place = fc.record({
  epoch: fc.integer({ min: 0, max: 65_535 }),
  partition: fc.integer({ min: 0, max: 65_535 }),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  index: fc.integer({ min: 0, max: 0x1_0000_0000 }),
});
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const token: fc.Arbitrary<TailToken> = fc.record({
  position: fc.array(place, { maxLength: 40 }).map((places) => StorePosition.of(places)),
  since: fc.option(instant),
  history: fc.option(fc.record({ time: instant, id: fc.oneof(fc.constant(''), id) })),
});

describe('The text of a position', () => {
  it('reads as what was written', () => {
    fc.assert(fc.property(token, (written) => expect(readTailToken(tailTokenText(written))).toEqual(written)));
  });

  it('is refused where it was changed or cut, by the field', () => {
    fc.assert(
      fc.property(token, fc.nat(), fc.integer({ min: 1, max: 63 }), fc.boolean(), (written, at, by, isCut) => {
        const text = tailTokenText(written);
        const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
        // The last digit may hold bits that stand for nothing.
        const place = at % (text.length - 1);
        const other = alphabet[(alphabet.indexOf(text.charAt(place)) + by) % 64] ?? '';
        const changed = isCut ? text.slice(0, place) : `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
        expect(() => readTailToken(changed)).toThrow(/^position: is no position/);
      }),
    );
  });

  it('is refused where it is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => expect(() => readTailToken(text)).toThrow(/position/)),
    );
  });

  it('is short: a few bytes a partition', () => {
    const places = Array.from({ length: 8 }, (_, partition) => ({ epoch: 0, partition, offset: 10_000_000n, index: 3 }));
    expect(tailTokenText({ position: StorePosition.of(places), since: null, history: null }).length).toBeLessThan(90);
  });
});
