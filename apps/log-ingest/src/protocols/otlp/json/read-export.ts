import { isUtf8 } from 'node:buffer';
import { fieldTooLarge, invalidField, malformed } from '#platform';
import { MAX_ROWS } from '../../records/record-batch.js';
import type { Signal } from '../encode-export.js';
import { quoteLongNumbers } from './long-numbers.js';
import { EXPORT_LOGS, EXPORT_TRACES } from './schema.js';
import { JsonFieldError, ListRoom, wireOfJson } from './wire-of-json.js';

/**
 * The serialized export request that a JSON body stands for: one request, an array of them, or one a line (NDJSON, as the
 * Collector's file exporter writes them). Several become one: protobuf messages are merged by writing them one after another.
 *
 * @throws RootspanError INVALID_ARGUMENT that names the field, or the line; too large with more than a call may hold. Nothing of the
 *   body is then taken
 */
export function readJsonExport(signal: Signal, body: Buffer): Buffer {
  // Gives U+FFFD for what is no UTF-8, and leaves out a byte order mark.
  const text = new TextDecoder('utf-8').decode(body);
  const replaced = !isUtf8(body);
  const whole = parsed(text);
  const requests = whole === undefined ? lines(text) : [whole.value].flat();
  checkNumber(requests.length);
  const room = new ListRoom();
  const message = signal === 'logs' ? EXPORT_LOGS : EXPORT_TRACES;
  const parts = requests.map((request, at) => {
    try {
      return wireOfJson(message, request, replaced, room);
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
  const requests: unknown[] = [];
  let number = 0;
  for (let start = 0; start < text.length;) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    const line = text.slice(start, end);
    start = end + 1;
    number++;
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (value === undefined) {
      const place = text.includes('\n') ? `line ${number}` : 'the body';
      throw malformed(`OTLP/JSON: ${place} is not JSON: send an export request, an array of them, or one a line.`);
    }
    checkNumber(requests.push(value.value));
  }
  return requests;
}

/** Empty requests are small and many: each costs microseconds in which nobody else is served. */
function checkNumber(requests: number): void {
  if (requests > MAX_ROWS) throw fieldTooLarge('requests', `has more than ${MAX_ROWS} entries: send smaller batches`);
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(quoteLongNumbers(text)) as unknown };
  } catch {
    return undefined;
  }
}
