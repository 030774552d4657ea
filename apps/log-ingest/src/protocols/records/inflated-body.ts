import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { callTooLarge, malformed, unsupportedMediaType } from '#platform';

type Inflate = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate: Inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw: Inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
/** Node has it from 22.15 on. */
const zstd: unknown = Reflect.get(zlib, 'zstdDecompress');

const INFLATE: Readonly<Record<string, Inflate>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // RFC 9110, 8.4.1.2: some senders leave out the zlib wrapper, whose first byte has 8 in its low half.
  deflate: (bytes, options) => (((bytes[0] ?? 0) & 15) === 8 ? inflate : inflateRaw)(bytes, options),
  ...(typeof zstd === 'function' && { zstd: promisify(zstd as typeof zlib.gunzip) }),
};

/**
 * A request's body as it was before Content-Encoding (RFC 9110, 8.4): identity, gzip, deflate, and zstd where Node has it.
 *
 * @param body the raw body; anything but a Buffer stands for an empty one
 * @param limit bytes that it may inflate to: nothing larger is ever allocated
 * @throws RootspanError 413 beyond the limit, 415 for another encoding, 400 for bytes that can't be inflated
 */
export async function inflatedBody(body: unknown, encoding: string | undefined, limit: number): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  const inflateBytes = Object.hasOwn(INFLATE, name) ? INFLATE[name] : undefined;
  if (inflateBytes === undefined) {
    const known = Object.keys(INFLATE).join(', ');
    throw unsupportedMediaType(`Content-Encoding ${JSON.stringify(name)} is not read: use ${known}, or none.`);
  }
  try {
    return await inflateBytes(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw callTooLarge(limit);
    throw malformed(`The body is not ${name}, as its Content-Encoding says.`, error);
  }
}
