import { CopyBuffer } from '../copy/copy-buffer.js';
import { JsonbPrinter } from './jsonb-printer.js';
import { afterField, readInt32 } from './record-row.js';
import { DATA_ROW, ROW_HEADER, type Rows } from './reply.js';

/*
 * A row as BatchEncoder writes it, from its count of fields on: the offsets of those of a fixed size. `tenant` follows, five
 * texts, and three objects that each begin with the version of jsonb.
 */
const RECEIVED_AT = 2;
const TIME = 14;
const ID = 26;
const SIZE = 46;
const NANOS = 54;
const TENANT = 66;
const TEXTS = 5;
const OBJECTS = 3;
/** What the answer has beside what was written: the header, chosen_rows. */
const ADDED_BYTES = 64;
/** Fields of the answer: the columns of a record, chosen_rows, tenant. */
const FIELDS = 15;
const LARGEST_KEPT_BUFFER = 8 * 1024 * 1024;

/**
 * Makes of rows in COPY's format the answer that `recentStatement` (sql/read-tail-page.ts) would get for them: the same fields in the
 * same bytes, but for objects that only the server knows how to print.
 */
export class CopiedRows {
  private target = new CopyBuffer();
  private printer = new JsonbPrinter(this.target);

  /**
   * @param parts runs of whole rows
   * @returns null where an object cannot be printed
   */
  rowsOf(parts: Iterable<Buffer>): Rows | null {
    this.begin();
    const starts: number[] = [];
    for (const part of parts) {
      for (let at = 0; at < part.length;) {
        starts.push(this.target.length + ROW_HEADER);
        at = this.add(part, at);
        if (at < 0) return null;
      }
    }
    return { bytes: Buffer.from(this.target.bytes.subarray(0, this.target.length)), starts };
  }

  private begin(): void {
    if (this.target.bytes.length > LARGEST_KEPT_BUFFER) {
      this.target = new CopyBuffer();
      this.printer = new JsonbPrinter(this.target);
    }
    this.target.length = 0;
  }

  /** @returns where the next row begins; -1 where this one cannot be printed */
  private add(row: Buffer, start: number): number {
    const { target } = this;
    const texts = afterField(row, start + TENANT);
    let objects = texts;
    for (let i = 0; i < TEXTS; i++) objects = afterField(row, objects);
    target.reserve(objects - start + ADDED_BYTES);
    const header = target.length;
    target.byte(DATA_ROW);
    target.int32(0);
    target.int16(FIELDS);
    target.raw(row, start + ID, start + SIZE);
    target.raw(row, start + TIME, start + ID);
    target.raw(row, start + RECEIVED_AT, start + TIME);
    target.raw(row, start + NANOS, start + TENANT);
    target.raw(row, texts, objects);
    let at = objects;
    for (let i = 0; i < OBJECTS; i++) {
      if (!this.addObject(row, at)) return -1;
      at = afterField(row, at);
    }
    target.reserve(texts - start + ADDED_BYTES);
    target.int32(8);
    target.int32(0);
    target.int32(0);
    target.raw(row, start + TENANT, texts);
    target.putInt32(header + 1, target.length - header - 1);
    return at;
  }

  private addObject(row: Buffer, at: number): boolean {
    const { target } = this;
    const length = readInt32(row, at);
    target.reserve(4);
    const field = target.length;
    target.int32(-1);
    if (length < 0) return true;
    if (!this.printer.print(row, at + 5, at + 4 + length)) return false;
    target.putInt32(field, target.length - field - 4);
    return true;
  }
}
