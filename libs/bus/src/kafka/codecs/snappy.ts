import snappy from 'snappyjs';
import { inflateSnappyBlock } from '../../snappy/snappy-block.js';

/** Head of the framing that Java's SnappyOutputStream writes: magic, version, lowest compatible version. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_SIZE = 16;

/** Reads Snappy, bare or in xerial framing (Java clients write the latter); throws where it inflates to more than `maxBytes`. */
export function decompressSnappy(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return inflateSnappyBlock(bytes, maxBytes);
  const parts: Buffer[] = [];
  let total = 0;
  let at = XERIAL_HEADER_SIZE;
  while (at < bytes.length) {
    const size = bytes.readUInt32BE(at);
    const end = at + 4 + size;
    if (end > bytes.length) throw new Error('a Snappy block is cut off');
    const part = inflateSnappyBlock(bytes.subarray(at + 4, end), maxBytes - total);
    total += part.length;
    parts.push(part);
    at = end;
  }
  return Buffer.concat(parts);
}

/** Writes bare Snappy. */
export function compressSnappy(bytes: Buffer): Buffer {
  return Buffer.from(snappy.compress(bytes));
}
