import { promisify } from 'node:util';
import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import { canCompressLz4, compressLz4, decompressLz4 } from './lz4.js';
import { compressSnappy, decompressSnappy } from './snappy.js';
import { decompressZstd } from './zstd.js';

const gunzip = promisify(zlib.gunzip);

/** A record batch that inflates to more than this is not taken for data; brokers bound the compressed size only. */
const MAX_DECOMPRESSED_BYTES = 256 * 1024 * 1024;

/** How messages are compressed on the bus. */
export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4';

/** Kafka's numbers of the codecs, the low three bits of a record batch's attributes. */
const CODEC = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** Undoes a record batch's compression; rejects for a codec that is not known and for bytes that don't fit it. */
export async function decompress(codec: number, bytes: Buffer): Promise<Buffer> {
  switch (codec) {
    case CODEC.gzip:
      return gunzip(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES });
    case CODEC.snappy:
      return decompressSnappy(bytes, MAX_DECOMPRESSED_BYTES);
    case CODEC.lz4:
      return decompressLz4(bytes, MAX_DECOMPRESSED_BYTES);
    case CODEC.zstd:
      return decompressZstd(bytes, MAX_DECOMPRESSED_BYTES);
    default:
      throw new Error(`compression codec ${codec} is not known`);
  }
}

/** What is used where LZ4 was asked for and this platform can't compress with it. */
export function availableCompression(wanted: Compression): Compression {
  return wanted === 'lz4' && !canCompressLz4 ? 'gzip' : wanted;
}

export function codecNumber(compression: Compression): number {
  return CODEC[compression];
}

/** Makes kafkajs, which knows gzip only, write and read the other codecs. Registering again changes nothing. */
export function registerCodecs(): void {
  const codecs = kafkajs.CompressionCodecs;
  codecs[CODEC.snappy] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compressSnappy(buffer),
    decompress: async (bytes: Buffer) => decompressSnappy(bytes, MAX_DECOMPRESSED_BYTES),
  });
  codecs[CODEC.lz4] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compressLz4(buffer),
    decompress: async (bytes: Buffer) => decompressLz4(bytes, MAX_DECOMPRESSED_BYTES),
  });
  codecs[CODEC.zstd] = () => ({
    compress: async () => {
      throw new Error('Zstandard is read, not written');
    },
    decompress: async (bytes: Buffer) => decompressZstd(bytes, MAX_DECOMPRESSED_BYTES),
  });
}
