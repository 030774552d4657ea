/**
 * C0 and C1 controls but for the newline, marks that turn the direction of writing, line separators. Senders choose what
 * stands in a record: none of it may move the cursor, set the window's title or show a text in another order.
 */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu;
const NAMED: Readonly<Record<string, string>> = { '\t': '    ', '\r': '' };

/** A foreign text as a terminal may have it: what would command the terminal is shown as `\x1b`. Newlines stay. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => NAMED[character] ?? escaped(character.charCodeAt(0)));
}

/** The same on one line: newlines are shown as `\n`. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n');
}

function escaped(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
