import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Compression } from './codecs.js';
import { compressLz4Frame } from './lz4-blocks.js';
import { compressSnappy } from './snappy.js';

const gzip = promisify(zlib.gzip);

/** A record batch's records, compressed, in parts that follow one another; parts may share the memory of `bytes`. */
export async function compress(compression: Compression, bytes: Buffer): Promise<readonly Buffer[]> {
  switch (compression) {
    case 'none':
      return [bytes];
    case 'gzip':
      return [await gzip(bytes)];
    case 'snappy':
      return [compressSnappy(bytes)];
    case 'lz4':
      return compressLz4Frame(bytes);
  }
}
