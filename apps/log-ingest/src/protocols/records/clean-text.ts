import { isUtf8 } from 'node:buffer';

const UNSTORABLE = /\0|\p{Surrogate}/u;
const EACH_UNSTORABLE = /\0|\p{Surrogate}/gu;
const REPLACEMENT = '\ufffd';

/** The attribute of a record that is kept though some of its text could not be. */
export const SANITIZED = 'rootspan.sanitized';

/**
 * Makes texts storable (contract 1): U+FFFD stands for U+0000, for halves of surrogate pairs and for bytes that are no
 * UTF-8. Notes whether it had to, for one record at a time.
 */
export class TextCleaner {
  /** Whether a text was changed since the last `begin`. */
  changed = false;

  begin(): void {
    this.changed = false;
  }

  text(text: string): string {
    if (!UNSTORABLE.test(text)) return text;
    this.changed = true;
    return text.replace(EACH_UNSTORABLE, REPLACEMENT);
  }

  bytes(bytes: Buffer): string {
    if (!isUtf8(bytes)) this.changed = true;
    return this.text(bytes.toString('utf8'));
  }

  /** The JSON text of a value that JSON.parse made, nested no deeper than `depth` says it is. */
  json(value: unknown): string {
    const text = JSON.stringify(value);
    // JSON writes what can't be stored as escapes only, so most texts need no second look.
    if (!/\\u(0000|d[89a-f])/.test(text)) return text;
    return JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'string' ? this.text(member) : isObject(member) ? this.withCleanKeys(member) : member,
    );
  }

  private withCleanKeys(value: object): object {
    const keys = Object.keys(value);
    if (!keys.some((key) => UNSTORABLE.test(key))) return value;
    // fromEntries defines members, so that a key such as __proto__ stays a key.
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [this.text(key), member as unknown]));
  }
}

/** Whether objects and arrays are nested deeper than that; looks no deeper itself. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}

/** An object of JSON, arrays not included. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
