import { isUtf8 } from 'node:buffer';
import { invalidField, malformed } from '#platform';
import type { Signal } from '../encode-export.js';
import { quoteLongNumbers } from './long-numbers.js';
import { EXPORT_LOGS, EXPORT_TRACES } from './schema.js';
import { JsonFieldError, wireOfJson } from './wire-of-json.js';

/**
 * The serialized export request that a JSON body stands for: one request, an array of them, or one a line (NDJSON, as the
 * Collector's file exporter writes them). Several become one: protobuf messages are merged by writing them one after another.
 *
 * @throws RootspanError INVALID_ARGUMENT that names the field, or the line; nothing of the body is then taken
 */
export function readJsonExport(signal: Signal, body: Buffer): Buffer {
  // Gives U+FFFD for what is no UTF-8, and leaves out a byte order mark.
  const text = new TextDecoder('utf-8').decode(body);
  const replaced = !isUtf8(body);
  const whole = parsed(text);
  const requests = whole === undefined ? lines(text) : [whole.value].flat();
  const message = signal === 'logs' ? EXPORT_LOGS : EXPORT_TRACES;
  const parts = requests.map((request, at) => {
    try {
      return wireOfJson(message, request, replaced);
    } catch (error) {
      if (!(error instanceof JsonFieldError)) throw error;
      const place = requests.length > 1 ? `request ${at}` : 'the body';
      throw error.field === ''
        ? malformed(`OTLP/JSON: ${place} ${error.reason}.`)
        : invalidField(requests.length > 1 ? `${place}: ${error.field}` : error.field, error.reason);
    }
  });
  return parts.length === 1 && parts[0] !== undefined ? Buffer.from(parts[0]) : Buffer.concat(parts);
}

function lines(text: string): readonly unknown[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const value = parsed(line);
    if (value === undefined) {
      const place = text.includes('\n') ? `line ${at + 1}` : 'the body';
      throw malformed(`OTLP/JSON: ${place} is not JSON: send an export request, an array of them, or one a line.`);
    }
    return [value.value];
  });
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(quoteLongNumbers(text)) as unknown };
  } catch {
    return undefined;
  }
}
