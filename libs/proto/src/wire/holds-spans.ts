import { WireCursor } from './cursor.js';

const SPANS = (3 << 3) | 2;
const cursor = new WireCursor();

/** Whether a serialized `logs.LogBatch` holds a span, up to where its bytes can be read. */
export function holdsSpans(batch: Uint8Array): boolean {
  cursor.open(batch, 0, batch.length);
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    if (cursor.fault !== null) return false;
    if (tag === SPANS) return true;
    cursor.skip(tag);
  }
  return false;
}
