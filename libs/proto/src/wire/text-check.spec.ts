import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { textFault } from './text-check.js';

/** Bytes near the borders of UTF-8's rules, so that sequences are hit that random bytes rarely make. */
const telling = fc.constantFrom(
  ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec],
  ...[0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff],
);

describe('textFault', () => {
  it('agrees with Node on what is UTF-8', () => {
    const bytes = fc.oneof(fc.array(telling, { maxLength: 8 }), fc.array(fc.nat({ max: 255 }), { maxLength: 12 }));
    fc.assert(
      fc.property(bytes, (some) => {
        const text = Uint8Array.from(some);
        const fault = textFault(text, 0, text.length);
        if (fault === 'nul') expect(some).toContain(0);
        else expect(fault).toBe(isUtf8(text) ? null : 'not-utf8');
        if (fault === null) expect(some).not.toContain(0);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes every valid text without U+0000', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(text, 'utf8');
        expect(textFault(bytes, 0, bytes.length)).toBe(text.includes('\0') ? 'nul' : null);
      }),
    );
  });

  it('looks at its range only: a sequence cut by the end is malformed although it goes on behind', () => {
    const bytes = Buffer.from('\0ä\0', 'utf8');
    expect(textFault(bytes, 1, 3)).toBeNull();
    expect(textFault(bytes, 1, 2)).toBe('not-utf8');
    expect(textFault(bytes, 2, 3)).toBe('not-utf8');
    expect(textFault(bytes, 1, 1)).toBeNull();
  });
});
