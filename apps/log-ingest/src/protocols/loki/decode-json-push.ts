import { isUtf8 } from 'node:buffer';
import { invalidField, malformed } from '#platform';
import { isObject } from '../records/clean-text.js';
import type { RecordBatch } from '../records/record-batch.js';
import type { Label } from './label-text.js';
import { recordOfEntry, type StreamEntry } from './stream-record.js';

/** A time as a push writes it, as the contract's timestamp; null where it is none. */
export type ReadTime = (time: unknown) => string | null;

/**
 * Reads `{"streams": [{"stream": {labels}, "values": [[time, line, {metadata}?], ...]}]}` into the batch.
 *
 * Source: Loki HTTP API, "Ingest logs" (POST /loki/api/v1/push).
 * @throws RootspanError 400 that names the entry at fault; the batch is then not to be used
 */
export function decodeJsonPush(body: Buffer, batch: RecordBatch, readTime: ReadTime): void {
  const push = parsedObject(body);
  const streams = push['streams'];
  if (!Array.isArray(streams)) throw invalidField('streams', 'must be an array of {"stream": {...}, "values": [...]}');
  const replacing = !isUtf8(body);
  let row = 0;
  streams.forEach((stream: unknown, s) => {
    const at = `streams[${s}]`;
    if (!isObject(stream)) throw invalidField(at, 'must be an object with the members stream and values');
    const labels = labelsOf(stream['stream'] ?? {}, `${at}.stream`);
    const values = stream['values'] ?? [];
    if (!Array.isArray(values)) throw invalidField(`${at}.values`, 'must be an array of [time, line]');
    values.forEach((value: unknown, v) => {
      const field = `${at}.values[${v}]`;
      if (!Array.isArray(value) || value.length < 2) throw invalidField(field, 'must be [time, line]');
      const [time, line, metadata = {}] = value as readonly unknown[];
      const timestamp = readTime(time);
      if (timestamp === null) throw invalidField(`${field}[0]`, 'is no time that can be read');
      if (typeof line !== 'string') throw invalidField(`${field}[1]`, 'must be a text');
      const entry = { timestamp, line, metadata: labelsOf(metadata ?? {}, `${field}[2]`) };
      batch.add(row++, recordOfEntry(labels, { ...entry, replaced: replacing && hasReplacement(labels, entry) }));
    });
  });
}

/** Whether U+FFFD stands in a text of the entry: in a body that is no UTF-8, for bytes that were none. */
function hasReplacement(labels: readonly Label[], { line, metadata }: Pick<StreamEntry, 'line' | 'metadata'>): boolean {
  return line.includes('\ufffd') || [...labels, ...metadata].some((label) => label.join('').includes('\ufffd'));
}

function parsedObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8').decode(body)) as unknown;
  } catch (error) {
    throw malformed('The body is not JSON: send {"streams": [...]}.', error);
  }
  if (!isObject(value)) throw malformed('The body is no JSON object: send {"streams": [...]}.');
  return value;
}

/** Labels are texts; numbers and booleans are taken as they are printed. */
function labelsOf(value: unknown, field: string): readonly Label[] {
  if (!isObject(value)) throw invalidField(field, 'must be an object of texts');
  return Object.entries(value).map(([name, label]) => {
    if (typeof label === 'object' && label !== null)
      throw invalidField(field, `has a label ${JSON.stringify(name)} that is no text`);
    return [name, String(label ?? '')];
  });
}
