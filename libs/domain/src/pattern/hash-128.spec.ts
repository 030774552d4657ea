import { hash128 } from './hash-128.js';

describe('hash128', () => {
  // Vectors of the reference implementation with seed 0.
  it.each([
    ['', '00000000000000000000000000000000'],
    ["I will not buy this tobacconist's, it is scratched.", '9b5b7ba2ef3f7866889adeaf00f3f98e'],
  ])('of %j is that of the reference implementation', (text, hash) => {
    expect(hash128(text)).toBe(hash);
  });

  it('differs for texts of every length and for each change of a character', () => {
    const texts = Array.from({ length: 200 }, (_, i) => 'ä'.repeat(i));
    const changed = texts.flatMap((text) => [text, `${text}x`, `y${text}`]);
    expect(new Set(changed.map(hash128)).size).toBe(new Set(changed).size);
  });
});
