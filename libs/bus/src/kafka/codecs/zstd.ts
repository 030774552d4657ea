import zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** What zstd itself allows a decoder to keep, unless told otherwise: windowLog 27. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const RLE_BLOCK = 1;

/** Node has Zstandard since 22.15; before that a decoder in JavaScript does it. */
export function decompressZstd(bytes: Buffer, maxBytes: number): Buffer {
  const builtIn = (zlib as { zstdDecompressSync?: (input: Buffer, options: { maxOutputLength: number }) => Buffer })
    .zstdDecompressSync;
  return builtIn ? builtIn(bytes, { maxOutputLength: maxBytes }) : decompressZstdFrames(bytes, maxBytes);
}

/** Without native code; throws where the bytes are malformed or inflate to more than `maxBytes`. */
export function decompressZstdFrames(bytes: Buffer, maxBytes: number): Buffer {
  // fzstd allocates the window that a frame asks for, up to 2 GiB.
  requireSmallWindows(bytes);
  const parts: Uint8Array[] = [];
  let total = 0;
  const decoder = new Decompress((part) => {
    total += part.length;
    if (total > maxBytes) throw new Error(`Zstandard frames inflate to more than ${maxBytes} bytes`);
    parts.push(part);
  });
  decoder.push(bytes, true);
  return Buffer.concat(parts);
}

/**
 * Walks over the frames by the heads of their blocks.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc8878, sections 3.1.1 and 3.1.2.
 */
function requireSmallWindows(bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    const magic = bytes.readUInt32LE(at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) at += 8 + bytes.readUInt32LE(at + 4);
    else if (magic === MAGIC) at = behindFrame(bytes, at);
    else throw new Error('a Zstandard frame does not begin with its magic number');
  }
}

function behindFrame(bytes: Buffer, start: number): number {
  const flags = bytes.readUInt8(start + 4);
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  let at = start + 5;
  const window = isSingleSegment ? contentSize(bytes, at + dictionaryBytes, sizeBytes) : windowSize(bytes.readUInt8(at++));
  if (window > MAX_WINDOW_BYTES) throw new Error(`a Zstandard frame asks for a window of ${window} bytes`);
  at += dictionaryBytes + sizeBytes;
  for (let isLast = false; !isLast;) {
    const head = bytes.readUIntLE(at, 3);
    isLast = (head & 1) !== 0;
    at += 3 + (((head >> 1) & 3) === RLE_BLOCK ? 1 : head >> 3);
  }
  return at + ((flags & 4) !== 0 ? 4 : 0);
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Buffer, at: number, length: number): number {
  if (length === 8) return Number(bytes.readBigUInt64LE(at));
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0);
}
