/** The members of a JSON object, told apart by whether their value is a string. */
export interface SplitJsonObject {
  /** The string members, decoded. Has no prototype, so that every key is its own, `__proto__` too. */
  readonly strings: Record<string, string>;
  /** The other members as one JSON object with their source text as it was; empty where there are none. */
  readonly others: string;
}

/**
 * Splits the text of a JSON object into its string members and the rest, in one pass.
 *
 * `text` is a valid JSON object as PostgreSQL prints a jsonb: each key once. The source text of the other members is kept,
 * so that a number of 20 digits keeps all of them (JSON.parse would round it).
 * Throws SyntaxError where the text is not an object or ends early; it does not look for every other fault.
 */
export function splitJsonObject(text: string): SplitJsonObject {
  const strings = Object.create(null) as Record<string, string>;
  const others: string[] = [];
  let at = skipSpace(text, 0);
  if (text[at] !== '{') throw notAnObject(at);
  at = skipSpace(text, at + 1);
  while (text[at] !== '}') {
    const keyStart = at;
    const keyEnd = endOfString(text, at);
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':') throw notAnObject(at);
    const valueStart = skipSpace(text, at + 1);
    const isString = text[valueStart] === '"';
    const valueEnd = isString ? endOfString(text, valueStart) : endOfValue(text, valueStart);
    if (isString) strings[decodeString(text, keyStart, keyEnd)] = decodeString(text, valueStart, valueEnd);
    else others.push(text.slice(keyStart, keyEnd) + ': ' + text.slice(valueStart, valueEnd));
    at = skipSpace(text, valueEnd);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== '}') throw notAnObject(at);
  }
  return { strings, others: others.length === 0 ? '' : `{${others.join(', ')}}` };
}

function notAnObject(at: number): SyntaxError {
  return new SyntaxError(`not the text of a JSON object, at character ${at}`);
}

/** The index of what follows the spaces at `from`. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  for (let c = text.charCodeAt(at); c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = text.charCodeAt(at)) at++;
  return at;
}

/** The index after the closing quote of the string that opens at `from`. */
export function endOfString(text: string, from: number): number {
  if (text[from] !== '"') throw notAnObject(from);
  for (let at = from + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x5c) at++;
    else if (c === 0x22) return at + 1;
  }
  throw notAnObject(text.length);
}

/** The index after the value that begins at `from` and is not a string: a list, an object, a number or a word. */
export function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    const c = text[at];
    if (c === '"') at = endOfString(text, at) - 1;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']' || c === ',') {
      // What closes or parts at depth 0 belongs to the object around the value.
      if (depth === 0) break;
      if (c !== ',' && --depth === 0) return at + 1;
    }
  }
  let end = at;
  while (end > from && /\s/.test(text[end - 1] ?? '')) end--;
  if (depth > 0 || end === from) throw notAnObject(at);
  return end;
}

/** The text that a JSON string literal in `text[from, to)` stands for. */
export function decodeString(text: string, from: number, to: number): string {
  const raw = text.slice(from + 1, to - 1);
  return raw.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : raw;
}
