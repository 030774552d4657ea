/** The lines of a text without their line ends, blank ones left out. */
export function* textLines(text: string): Generator<string, void> {
  for (let start = 0; start < text.length;) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    const line = text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end);
    if (line.trim() !== '') yield line;
    start = end + 1;
  }
}

/** Entries of several lines: each begins with a line that `startsEntry` takes; the first line begins one in any case. */
export function* gatheredLines(text: string, startsEntry: (line: string) => boolean): Generator<string, void> {
  let entry: string[] = [];
  for (const line of textLines(text)) {
    if (entry.length > 0 && startsEntry(line)) {
      yield entry.join('\n');
      entry = [];
    }
    entry.push(line);
  }
  if (entry.length > 0) yield entry.join('\n');
}
