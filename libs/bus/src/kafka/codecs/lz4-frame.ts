import { copyBack } from '../../copy-back.js';

/**
 * Reads LZ4 frames without native code, for platforms that lz4-napi has no binary for.
 *
 * Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. Checksums are stepped
 * over: Kafka's record batches carry their own over the compressed bytes. Dictionaries are not supported.
 */
const MAGIC = 0x184d2204;
const UNCOMPRESSED_BLOCK = 0x80000000;
const MIN_MATCH = 4;
/** Token length that says that more length bytes follow. */
const LENGTH_CONTINUES = 15;

/** The decompressed bytes of all frames in `frame`; throws where they are malformed or inflate to more than `maxBytes`. */
export function decompressLz4Frame(frame: Buffer, maxBytes: number): Buffer {
  const output = new GrowingBuffer(Math.min(maxBytes, Math.max(256, frame.length * 4)), maxBytes);
  const take = (block: Buffer, isCompressed: boolean): void => (isCompressed ? readBlock(block, output) : output.append(block));
  for (let at = 0; at < frame.length;) at = readFrame(frame, at, take);
  return output.bytes();
}

/**
 * The most that the frames can inflate to, told from the heads of their blocks alone: no block is larger than its frame says.
 * @throws where they are malformed
 */
export function mostOfLz4Frame(frame: Buffer): number {
  let most = 0;
  const count = (_block: Buffer, _isCompressed: boolean, blockBytes: number): void => void (most += blockBytes);
  for (let at = 0; at < frame.length;) at = readFrame(frame, at, count);
  return most;
}

/** @param take is given each block, whether it is compressed, and the most that it may inflate to */
function readFrame(
  frame: Buffer,
  start: number,
  take: (block: Buffer, isCompressed: boolean, blockBytes: number) => void,
): number {
  if (frame.readUInt32LE(start) !== MAGIC) throw new Error('an LZ4 frame does not begin with its magic number');
  const flags = frame.readUInt8(start + 4);
  if (flags >> 6 !== 1) throw new Error(`LZ4 frame version ${flags >> 6} is not known`);
  if ((flags & 0x01) !== 0) throw new Error('an LZ4 frame with a dictionary is not supported');
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasContentChecksum = (flags & 0x04) !== 0;
  // Sizes 4 to 7 are 64 KiB, 256 KiB, 1 MiB and 4 MiB.
  const blockBytes = 2 ** (8 + 2 * ((frame.readUInt8(start + 5) >> 4) & 0x07));
  let at = start + 6 + (hasContentSize ? 8 : 0) + 1;
  for (;;) {
    const head = frame.readUInt32LE(at);
    at += 4;
    if (head === 0) return at + (hasContentChecksum ? 4 : 0);
    const size = head & ~UNCOMPRESSED_BLOCK;
    if (at + size > frame.length) throw new Error('an LZ4 block is cut off');
    take(frame.subarray(at, at + size), head < UNCOMPRESSED_BLOCK, blockBytes);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
}

function readBlock(block: Buffer, output: GrowingBuffer): void {
  let at = 0;
  const length = (first: number): number => {
    let total = first;
    if (first !== LENGTH_CONTINUES) return total;
    for (;;) {
      const more = block.readUInt8(at++);
      total += more;
      if (more !== 255) return total;
    }
  };
  while (at < block.length) {
    const token = block.readUInt8(at++);
    const literals = length(token >> 4);
    if (at + literals > block.length) throw new Error('the literals of an LZ4 block are cut off');
    output.append(block.subarray(at, at + literals));
    at += literals;
    if (at >= block.length) return;
    const distance = block.readUInt16LE(at);
    at += 2;
    output.repeat(distance, length(token & 0x0f) + MIN_MATCH);
  }
}

class GrowingBuffer {
  private buffer: Buffer;
  private length = 0;

  constructor(
    size: number,
    private readonly maxBytes: number,
  ) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  append(part: Buffer): void {
    this.reserve(part.length);
    part.copy(this.buffer, this.length);
    this.length += part.length;
  }

  /** Copies `count` bytes from `distance` bytes back; the two ranges may overlap. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new Error('a match of an LZ4 block points before the beginning');
    this.reserve(count);
    copyBack(this.buffer, this.length, distance, count);
    this.length += count;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    if (this.length + more > this.maxBytes) throw new Error(`LZ4 frames inflate to more than ${this.maxBytes} bytes`);
    const larger = Buffer.allocUnsafe(Math.min(this.maxBytes, Math.max(this.buffer.length * 2, this.length + more)));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
