import { decodeString, endOfString, endOfValue, skipSpace } from '../json-object.js';

/**
 * The source text of the value that a path names in a JSON object: the member `a.b` where there is one, else `b` in the
 * object `a`. Lists are not entered. Null where there is no such value, and for an empty text.
 *
 * @param json a valid JSON object, each key once
 */
export function jsonValueAt(json: string, path: string): string | null {
  if (json === '') return null;
  const flat = memberOf(json, path);
  if (flat !== null || !path.includes('.')) return flat;
  let value: string | null = json;
  for (const key of path.split('.')) {
    value = value === null || !value.startsWith('{') ? null : memberOf(value, key);
  }
  return value;
}

function memberOf(json: string, key: string): string | null {
  let at = skipSpace(json, skipSpace(json, 0) + 1);
  while (json[at] === '"') {
    const keyStart = at;
    const keyEnd = endOfString(json, at);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = json[start] === '"' ? endOfString(json, start) : endOfValue(json, start);
    if (decodeString(json, keyStart, keyEnd) === key) return json.slice(start, end);
    at = skipSpace(json, skipSpace(json, end) + 1);
  }
  return null;
}

/** The text that a JSON string literal stands for. */
export function jsonText(literal: string): string {
  return decodeString(literal, 0, literal.length);
}
