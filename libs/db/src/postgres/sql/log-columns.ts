/** The columns of `logs` that make a record, as rows/record-row.ts reads them: these, TEXT_COLUMNS, JSON_COLUMNS. */
export const FIXED_COLUMNS = ['id', '"time"', 'received_at', 'nanos', 'severity'] as const;
/** `message` apart: it may be large. */
export const TEXT_COLUMNS = ['trace_id', 'parent_id', 'span_id', 'service', 'message'] as const;
/** jsonb, read as text. */
export const JSON_COLUMNS = ['attributes', 'resource', 'extra'] as const;

/** What a row weighs in an answer beyond its texts: level, time stamps, tags. */
export const ROW_WEIGHT = 200;

/**
 * Bytes of a row's texts as they are read: jsonb prints larger than it came in (spaces, exponents written out).
 * @param text what gives a JSON column as text
 */
export function printedBytes(text: (column: string) => string): string {
  const json = JSON_COLUMNS.map((column) => `coalesce(octet_length(${text(column)}), 0)`).join(' + ');
  return `octet_length(message) + octet_length(concat(trace_id, parent_id, span_id, service)) + ${ROW_WEIGHT} + ${json}`;
}
