import { compressLz4Block } from './lz4.js';

/**
 * Writes LZ4 frames as Kafka's own producers do: independent blocks of 64 KiB, no checksums (the record batch has one).
 *
 * Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md. The frame stays in parts, as the blocks come from
 * the compressor: nothing is copied into one piece.
 *
 * Why not lz4-napi's own frames: for more than 256 KiB it names blocks of 4 MiB, so that every reader takes as much memory
 * for a batch, and small blocks cost less CPU.
 */
const BLOCK_BYTES = 64 * 1024;
/** Magic number; version 1, independent blocks; blocks of at most 64 KiB; the descriptor's checksum. */
const HEAD = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const END_MARK = Buffer.alloc(4);
const UNCOMPRESSED_BLOCK = 0x80000000;
const SIZE_BYTES = 4;

/** The frame's parts; a part of what does not compress shares the memory of `bytes`. */
export async function compressLz4Frame(bytes: Buffer): Promise<readonly Buffer[]> {
  const blocks: Promise<readonly Buffer[]>[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) blocks.push(frameBlock(bytes.subarray(at, at + BLOCK_BYTES)));
  return [HEAD, ...(await Promise.all(blocks)).flat(), END_MARK];
}

async function frameBlock(plain: Buffer): Promise<readonly Buffer[]> {
  const block = await compressLz4Block(plain);
  const size = block.length - SIZE_BYTES;
  if (size < plain.length) {
    // lz4-napi puts the size of what it read before a block; a frame wants the size of the block there.
    block.writeUInt32LE(size);
    return [block];
  }
  const head = Buffer.alloc(SIZE_BYTES);
  head.writeUInt32LE((plain.length | UNCOMPRESSED_BLOCK) >>> 0);
  return [head, plain];
}
