/** Ends the reading of a query; never leaves this folder. */
export class QueryFault extends Error {
  constructor(
    /** Index in the text. */
    readonly at: number,
    /** What is wrong and how to mend it. */
    reason: string,
  ) {
    super(reason);
  }
}

const ENDS_WORD = /[\s()"]/;
const ENDS_VALUE = /[\s(),"]/;
const ENDS_PATH = /[\s()",:=!<>]/;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The place in a query that is read. Every step moves it forward only. */
export class QueryCursor {
  at = 0;

  constructor(readonly text: string) {}

  get next(): string {
    return this.text[this.at] ?? '';
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  skipSpace(): void {
    while (!this.ended && /\s/.test(this.next)) this.at++;
  }

  /** The first of these texts that stands here, stepped over; null where none does. */
  take(...texts: readonly string[]): string | null {
    const found = texts.find((text) => this.text.startsWith(text, this.at)) ?? null;
    this.at += found?.length ?? 0;
    return found;
  }

  word(): string {
    return this.until(ENDS_WORD);
  }

  /** A part of a path that stands without quotes. */
  pathPart(): string {
    return this.until(ENDS_PATH);
  }

  /** Characters of a value up to what ends it or to a wildcard; `\` takes the next one as it is. */
  valuePart(): string {
    let part = '';
    while (!this.ended && !ENDS_VALUE.test(this.next) && this.next !== '*') {
      if (this.next === '\\') {
        this.at++;
        if (this.ended) throw new QueryFault(this.at - 1, 'nothing follows the \\: write \\\\ for the character itself');
      }
      const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
      part += character;
      this.at += character.length;
    }
    return part;
  }

  /** A text in quotes, at whose opening quote the cursor is. */
  quoted(): string {
    const open = this.at++;
    let text = '';
    while (this.next !== '"') {
      if (this.ended) throw new QueryFault(open, 'the quote is never closed: add a " at its end');
      if (this.next === '\\') {
        const escaped = ESCAPED[this.text[this.at + 1] ?? ''];
        if (escaped === undefined)
          throw new QueryFault(this.at, 'a \\ in quotes stands before n, r, t, " or \\ only: write \\\\');
        text += escaped;
        this.at += 2;
      } else text += this.text[this.at++] ?? '';
    }
    this.at++;
    return text;
  }

  private until(end: RegExp): string {
    const start = this.at;
    while (!this.ended && !end.test(this.next)) this.at++;
    return this.text.slice(start, this.at);
  }
}
