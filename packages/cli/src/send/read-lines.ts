/** A line of the input. */
export interface InputLine {
  /** From 1. */
  readonly number: number;
  /** Without its newline; null where it is longer than what is read. */
  readonly bytes: Buffer | null;
  /** Bytes of the input up to here, its newline included. */
  readonly endsAt: number;
}

const NEWLINE = 0x0a;

/** Cuts a stream into lines. A line of more than `maxBytes` is let pass without being kept. */
export async function* readLines(input: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<InputLine, void> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  let endsAt = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const line = (): InputLine => {
    const bytes = length > maxBytes ? null : Buffer.concat(parts, length);
    endsAt += length;
    parts = [];
    length = 0;
    return { number: number++, bytes, endsAt };
  };
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      endsAt += 1;
      start = end + 1;
      yield line();
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield line();
}
