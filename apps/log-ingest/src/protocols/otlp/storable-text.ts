import { textFault } from '#proto';

/**
 * A text of the wire as it may be stored (contract 1): U+FFFD stands for U+0000 and for bytes that are no UTF-8. Used again
 * for every text, so that one that is fine, as nearly all are, costs no allocation.
 */
export class StorableText {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Whether some text was changed since this was last set to false. */
  changed = false;

  read(bytes: Uint8Array, start: number, end: number): this {
    if (textFault(bytes, start, end) === null) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
    } else {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
      this.bytes = Buffer.from(text.replaceAll('\0', '\ufffd'));
      this.start = 0;
      this.end = this.bytes.length;
      this.changed = true;
    }
    return this;
  }

  get length(): number {
    return this.end - this.start;
  }

  toString(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.start, this.end - this.start).toString('utf8');
  }
}
