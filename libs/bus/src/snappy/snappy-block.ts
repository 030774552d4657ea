import { copyBack } from '../copy-back.js';

/** A block that can't be inflated. */
export class SnappyError extends Error {
  override readonly name = 'SnappyError';

  constructor(
    message: string,
    /** True where the block is too large rather than broken. */
    readonly isTooLarge = false,
  ) {
    super(message);
  }
}

/** At most so many bytes hold the length at the head of a block. */
const MAX_LENGTH_BYTES = 5;

const broken = (reason: string) => new SnappyError(`it is no Snappy block: ${reason}`);

/**
 * Inflates a raw Snappy block (no framing), as Kafka's and Loki's clients send it. snappyjs 0.7.0 runs for ever on some bytes.
 *
 * Strict: the declared size is held against the limit before anything is allocated, nothing is read outside of the block,
 * and the elements must fill the declared size exactly. Source: google/snappy, format_description.txt.
 *
 * @throws SnappyError
 */
export function inflateSnappyBlock(block: Buffer, limit: number): Buffer {
  const { size, start } = declaredSize(block);
  if (size > limit) throw new SnappyError(`it inflates to ${size} bytes, at most ${limit} are read`, true);
  const out = Buffer.allocUnsafe(size);
  let at = start;
  let length = 0;
  while (at < block.length) {
    const tag = block[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const extra = Math.max(0, (tag >>> 2) - 59);
      if (at + extra > block.length) throw broken('a literal is cut off');
      const count = (extra === 0 ? tag >>> 2 : block.readUIntLE(at, extra)) + 1;
      at += extra;
      if (count > block.length - at) throw broken('a literal reaches past the end');
      if (count > size - length) throw broken('it holds more than it declares');
      block.copy(out, length, at, at + count);
      at += count;
      length += count;
      continue;
    }
    const offsetBytes = kind === 3 ? 4 : kind;
    if (at + offsetBytes > block.length) throw broken('a copy is cut off');
    const low = block.readUIntLE(at, offsetBytes);
    at += offsetBytes;
    const offset = kind === 1 ? ((tag >>> 5) << 8) | low : low;
    const count = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    if (offset === 0 || offset > length) throw broken('a copy begins before the first byte');
    if (count > size - length) throw broken('it holds more than it declares');
    copyBack(out, length, offset, count);
    length += count;
  }
  if (length !== size) throw broken('it holds less than it declares');
  return out;
}

function declaredSize(block: Buffer): { readonly size: number; readonly start: number } {
  let size = 0;
  for (let at = 0; at < MAX_LENGTH_BYTES; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { size, start: at + 1 };
  }
  throw broken('its size can not be read');
}
