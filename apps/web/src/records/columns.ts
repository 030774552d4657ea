import type { Log } from '../api/types.js';

/** An attribute's values as text: the ones that are texts, and the others as JSON. */
export function attributesOf(log: Log): readonly (readonly [string, string])[] {
  return [...Object.entries(log.attributes), ...jsonEntries(log.attributesJson)].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function jsonEntries(json: string): readonly (readonly [string, string])[] {
  if (json === '') return [];
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).map(([key, one]) => [key, typeof one === 'string' ? one : JSON.stringify(one)] as const);
  } catch {
    return [['(unreadable)', json]];
  }
}

/** What a chosen column shows of a record. */
export function valueOf(log: Log, column: string): string {
  if (column === 'trace') return log.traceId;
  if (column === 'span') return log.spanId;
  return log.attributes[column] ?? jsonEntries(log.attributesJson).find(([key]) => key === column)?.[1] ?? '';
}

/** A value as the query language takes it, whatever it holds (docs/query-language.md). */
export function quoted(value: string): string {
  if (/^[\w.-]+$/.test(value) && !/^(and|or|not)$/i.test(value)) return value;
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t');
  return `"${escaped}"`;
}

/** A condition that an attribute has a value. */
export function attributeCondition(name: string, value: string): string {
  return `attr.${/^[\w.-]+$/.test(name) ? name : quoted(name)}:${quoted(value)}`;
}
