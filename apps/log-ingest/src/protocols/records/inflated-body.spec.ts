import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { inflatedBody } from './inflated-body.js';

const TEXT = Buffer.from('a line of a log '.repeat(10));

describe('inflatedBody', () => {
  it.each([
    [undefined, TEXT],
    ['identity', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['GZIP ', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
  ])('reads %s', async (encoding, bytes) => {
    expect(await inflatedBody(bytes, encoding, TEXT.length)).toEqual(TEXT);
  });

  it('reads a missing body as an empty one', async () => {
    expect(await inflatedBody(undefined, undefined, 1)).toHaveLength(0);
  });

  it('refuses what inflates to more than the limit, however small it came', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    await expect(inflatedBody(bomb, 'gzip', 1 << 20)).rejects.toMatchObject({ httpStatus: 413 });
  });

  it('refuses encodings it does not know', async () => {
    for (const encoding of ['br', 'gzip, gzip', 'toString', '__proto__']) {
      await expect(inflatedBody(TEXT, encoding, 1)).rejects.toMatchObject({ httpStatus: 415 });
    }
  });

  it('refuses bytes that are not what the encoding says', async () => {
    const cut = fc.nat({ max: gzipSync(TEXT).length - 1 }).map((end) => gzipSync(TEXT).subarray(0, end));
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 50 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, bytes), async (body) => {
        await expect(inflatedBody(body, 'gzip', 1 << 20)).rejects.toMatchObject({ httpStatus: 400 });
      }),
    );
  });
});
