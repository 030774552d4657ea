const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’', '«': '»' };

/**
 * Finds where quoted texts end, in linear time over a whole text: a quote mark for which no end was found once is not
 * looked for again.
 *
 * A mark opens where no letter or digit stands before it, and closes where none follows it, so that the apostrophes in
 * `can't` and `users' carts` quote nothing.
 */
export class QuoteFinder {
  private readonly hopeless = new Set<string>();

  constructor(private readonly text: string) {}

  /** The index of the mark that closes what is opened at `open`; -1 where nothing is opened or closed. */
  closeOf(open: number): number {
    const mark = this.text.charAt(open);
    const closing = CLOSING[mark];
    if (closing === undefined || this.hopeless.has(mark) || isWordChar(this.text.charAt(open - 1))) return -1;
    for (let at = this.text.indexOf(closing, open + 1); at >= 0; at = this.text.indexOf(closing, at + 1)) {
      if (!this.isEscaped(at) && !isWordChar(this.text.charAt(at + 1))) return at;
    }
    this.hopeless.add(mark);
    return -1;
  }

  private isEscaped(index: number): boolean {
    return this.text.charAt(index - 1) === '\\' && this.text.charAt(index - 2) !== '\\';
  }
}

function isWordChar(char: string): boolean {
  return /^[\p{L}\p{N}_]$/u.test(char);
}
