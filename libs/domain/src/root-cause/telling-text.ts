/** Characters of a message that are judged. */
const HEAD = 360;
const TAIL = 240;

/** A stack frame, or a line of code that a Python traceback quotes: indented, and no `Caused by`. */
const FRAME = /^(?:\s+(?!Caused by)|goroutine \d|\.\.\. \d+ more|Traceback )/;

/**
 * The part of a message that tells what happened, in lower case and 601 characters at most: stack frames are left out (their
 * function names would be taken for words: `processTimers`), the head and the end of the rest are kept (Java and Python
 * name the innermost exception last).
 */
export function tellingText(message: string): string {
  const told = message.includes('\n')
    ? message
        .split('\n', 400)
        .filter((line, i) => i === 0 || !FRAME.test(line))
        .join('\n')
    : message;
  const part = told.length <= HEAD + TAIL ? told : `${told.slice(0, HEAD)}\n${told.slice(-TAIL)}`;
  return part.toLowerCase().trim();
}

/** The text with its varying parts (numbers, hex, ids that hold digits, quoted values' digits) as `#`, so that retries look alike. */
export function maskedText(text: string): string {
  return text.replace(/(?<![\w-])[a-z_-]*\d[\w-]*/g, '#').replace(/\s\s+|[^\S ]/g, ' ');
}
