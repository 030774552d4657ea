const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Steps over the members of a JSON object in UTF-8 bytes: `splitJsonObject` of the domain for bytes. One instance is used
 * again for every object.
 *
 * The bytes are a valid JSON object as a store prints it. Throws SyntaxError where they are not an object or end early; does
 * not look for every other fault.
 */
export class JsonMembers {
  /** The key with its quotes. */
  keyStart = 0;
  keyEnd = 0;
  /** The value, a string's with its quotes. */
  valueStart = 0;
  valueEnd = 0;
  isString = false;
  /** Whether the key or the string holds a backslash, so that its bytes are not its text. */
  keyIsEscaped = false;
  valueIsEscaped = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;
  private escaped = false;

  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.skipSpace();
    this.expect(OPEN_BRACE);
    this.skipSpace();
  }

  /** Moves to the next member; false at the end. */
  next(): boolean {
    const { bytes } = this;
    if (bytes[this.at] === CLOSE_BRACE && this.at < this.end) return false;
    this.keyStart = this.at;
    this.keyEnd = this.skipString();
    this.keyIsEscaped = this.escaped;
    this.skipSpace();
    this.expect(COLON);
    this.skipSpace();
    this.valueStart = this.at;
    this.isString = bytes[this.at] === QUOTE;
    this.valueEnd = this.isString ? this.skipString() : this.skipValue();
    this.valueIsEscaped = this.isString && this.escaped;
    this.skipSpace();
    if (bytes[this.at] === COMMA) {
      this.at++;
      this.skipSpace();
    } else if (bytes[this.at] !== CLOSE_BRACE) throw this.fault();
    if (this.at >= this.end) throw this.fault();
    return true;
  }

  private expect(byte: number): void {
    if (this.at >= this.end || this.bytes[this.at] !== byte) throw this.fault();
    this.at++;
  }

  private skipSpace(): void {
    const { bytes, end } = this;
    let { at } = this;
    for (let c = bytes[at]; at < end && (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09); c = bytes[at]) at++;
    this.at = at;
  }

  /** Steps over the string at the cursor. @returns where it has ended */
  private skipString(): number {
    const { bytes, end } = this;
    let { at } = this;
    if (at >= end || bytes[at] !== QUOTE) throw this.fault();
    this.escaped = false;
    for (at++; at < end; at++) {
      const c = bytes[at];
      if (c === QUOTE) return (this.at = at + 1);
      if (c === BACKSLASH) {
        this.escaped = true;
        at++;
      }
    }
    this.at = end;
    throw this.fault();
  }

  /** Steps over the list, object, number or word at the cursor. @returns where it has ended */
  private skipValue(): number {
    const { bytes, end } = this;
    const from = this.at;
    let depth = 0;
    for (; this.at < end; this.at++) {
      const c = bytes[this.at];
      if (c === QUOTE) {
        this.skipString();
        this.at--;
      } else if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
      else if (c === CLOSE_BRACE || c === CLOSE_BRACKET || c === COMMA) {
        // What closes or parts at depth 0 belongs to the object around the value.
        if (depth === 0) break;
        if (c !== COMMA && --depth === 0) return ++this.at;
      }
    }
    let last = this.at;
    while (last > from && (bytes[last - 1] ?? 0) <= 0x20) last--;
    if (depth > 0 || last === from) throw this.fault();
    return last;
  }

  private fault(): SyntaxError {
    return new SyntaxError(`not the text of a JSON object, at byte ${this.at}`);
  }
}
