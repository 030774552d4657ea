import { createRequire } from 'node:module';
import { decompressLz4Frame, mostOfLz4Frame } from './lz4-frame.js';

type Lz4Native = typeof import('lz4-napi');

/** lz4-napi is a native module with a prebuilt binary per platform; where there is none for this one, null. */
const native: Lz4Native | null = load();

function load(): Lz4Native | null {
  try {
    return createRequire(import.meta.url)('lz4-napi') as Lz4Native;
  } catch {
    return null;
  }
}

const NO_BINARY = 'LZ4 compression needs the native module lz4-napi, which has no binary for this platform';

/** Whether this platform can compress with LZ4. */
export const canCompressLz4 = native !== null;

/** An LZ4 frame with independent blocks, the kind that Kafka's Java code reads. */
export async function compressLz4(bytes: Buffer): Promise<Buffer> {
  if (!native) throw new Error(NO_BINARY);
  return native.compressFrame(bytes);
}

/** One LZ4 block after four bytes for its size, as lz4-napi writes it: see `compressLz4Frame`. */
export async function compressLz4Block(bytes: Buffer): Promise<Buffer> {
  if (!native) throw new Error(NO_BINARY);
  return native.compress(bytes);
}

/** Reads LZ4 frames, natively where possible; throws where they inflate to more than `maxBytes`. */
export async function decompressLz4(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  // The native module knows no bound: it gets what can't exceed it.
  return native && mostOfLz4Frame(bytes) <= maxBytes ? native.decompressFrame(bytes) : decompressLz4Frame(bytes, maxBytes);
}
