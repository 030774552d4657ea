import { isUtf8 } from 'node:buffer';
import { malformed } from '#platform';
import { gatheredLines, textLines } from './text-lines.js';

/** A body with more lines that are no JSON is none: each costs an exception, and nobody would read of so many. */
const MAX_UNREADABLE = 10_000;

/** A line of an NDJSON body that is no JSON. */
export class UnreadableLine {}

export interface ReadRows {
  /** JSON values, texts, or lines that could not be read. */
  readonly rows: Iterable<unknown>;
  /** The body was no UTF-8: U+FFFD stands where its bytes were none. */
  readonly replaced: boolean;
}

/**
 * The rows of a body of plain HTTP.
 *
 * - `text/plain`: each line that is not blank is a message; with `startsEntry` a line that does not match it belongs to the
 *   message before it.
 * - everything else: one JSON value, of an array its members; or JSON values one a line (NDJSON), where a line that is none
 *   is a fault of its own. What is no JSON at all is text, unless the content type says JSON.
 *
 * @throws RootspanError 400 where a body that says it is JSON holds none
 */
export function readRows(body: Buffer, contentType: string, startsEntry?: (line: string) => boolean): ReadRows {
  // Gives U+FFFD for what is no UTF-8, and leaves out a byte order mark.
  const text = new TextDecoder('utf-8').decode(body);
  const replaced = !isUtf8(body);
  const asText = () => ({ rows: startsEntry === undefined ? textLines(text) : gatheredLines(text, startsEntry), replaced });
  if (/^\s*text\/plain\b/i.test(contentType)) return asText();
  const first = text.trimStart()[0];
  if (first === undefined) return { rows: [], replaced };
  if (first === '{' || first === '[') {
    const whole = parse(text);
    if (whole !== undefined) return { rows: Array.isArray(whole) ? (whole as unknown[]) : [whole], replaced };
    if (hasJsonLine(text)) return { rows: jsonLines(text), replaced };
  }
  if (/json/i.test(contentType)) {
    throw malformed('The body is not JSON: send an object, an array of objects, or one object a line.');
  }
  return asText();
}

function* jsonLines(text: string): Generator<unknown, void> {
  let unreadable = 0;
  for (const line of textLines(text)) {
    const value = parse(line);
    if (Array.isArray(value)) yield* value as unknown[];
    else if (value !== undefined) yield value;
    else if (++unreadable <= MAX_UNREADABLE) yield new UnreadableLine();
    else throw malformed(`More than ${MAX_UNREADABLE} lines of the body are not JSON: send one JSON object a line.`);
  }
}

function hasJsonLine(text: string): boolean {
  let looked = 0;
  for (const line of textLines(text)) {
    const value = parse(line);
    if (typeof value === 'object' && value !== null) return true;
    if (++looked > MAX_UNREADABLE) return false;
  }
  return false;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
