/**
 * CRC-32C (Castagnoli), the checksum of Kafka's record batches.
 *
 * Sixteen bytes a step with sixteen tables in one array ("slicing", Kounavis and Berry 2005), read as 32-bit words
 * where the processor stores the low byte first; byte by byte on others.
 */
const POLYNOMIAL = 0x82f63b78;
const SLICES = 16;
const TABLES = makeTables();
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The checksum of the parts as if they were one; unsigned. */
export function crc32c(...parts: readonly Uint8Array[]): number {
  let crc = -1;
  for (const part of parts) crc = update(crc, part);
  return ~crc >>> 0;
}

function update(start: number, bytes: Uint8Array): number {
  // A view of words has to begin at a multiple of four.
  const before = IS_LITTLE_ENDIAN ? Math.min(-bytes.byteOffset & 3, bytes.length) : bytes.length;
  const words = (bytes.length - before) & ~15;
  let crc = updateBytes(start, bytes, 0, before);
  if (words > 0) crc = updateWords(crc, new Int32Array(bytes.buffer, bytes.byteOffset + before, words >> 2));
  return updateBytes(crc, bytes, before + words, bytes.length);
}

function updateBytes(start: number, bytes: Uint8Array, from: number, to: number): number {
  let crc = start;
  for (let at = from; at < to; at++) crc = table(0, crc ^ (bytes[at] ?? 0)) ^ (crc >>> 8);
  return crc;
}

/** `words.length` is a multiple of four. */
function updateWords(start: number, words: Int32Array): number {
  let crc = start;
  for (let at = 0; at < words.length; at += 4) {
    const a = crc ^ (words[at] ?? 0);
    const b = words[at + 1] ?? 0;
    const c = words[at + 2] ?? 0;
    const d = words[at + 3] ?? 0;
    crc = ofWord(12, a) ^ ofWord(8, b) ^ ofWord(4, c) ^ ofWord(0, d);
  }
  return crc;
}

/** A word's share: its first byte in the table `slice + 3`, its last one in the table `slice`. */
function ofWord(slice: number, word: number): number {
  return table(slice + 3, word) ^ table(slice + 2, word >>> 8) ^ table(slice + 1, word >>> 16) ^ table(slice, word >>> 24);
}

function table(slice: number, byte: number): number {
  return TABLES[(slice << 8) | (byte & 0xff)] ?? 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(SLICES << 8);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (tables[before & 0xff] ?? 0) ^ (before >>> 8);
  }
  return tables;
}
