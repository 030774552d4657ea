import { fieldTooLarge, invalidField, malformed } from '#platform';
import { isObject } from '../records/clean-text.js';

const ACTIONS = ['index', 'create', 'update', 'delete'] as const;
export type BulkAction = (typeof ACTIONS)[number];

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly action: BulkAction;
  /** Empty where neither the operation nor the path names one. */
  readonly index: string;
  /** Empty where the sender gave none. */
  readonly id: string;
  /** The line of the document; empty for delete, which has none. */
  readonly document: Buffer;
}

/** Elasticsearch's own limits on names. */
const MAX_INDEX_BYTES = 255;
const MAX_ID_BYTES = 512;
/** Each is answered by an item of its own, so that their number, not the request's size, bounds the answer. */
const MAX_OPERATIONS = 50_000;

/**
 * The operations of a bulk request: a line of JSON that names action, index and id, and but for delete a line with the
 * document. Lines end with LF or CRLF; blank ones before an action are passed over, and so is a missing end of the last line.
 *
 * Source: Elasticsearch 8, "Bulk API".
 * @param pathIndex the index of operations that name none
 * @throws RootspanError 400 or 413: what comes after a line that can't be read has no meaning, so nothing is to be stored
 */
export function* bulkOperations(body: Buffer, pathIndex: string): Generator<BulkOperation, void> {
  checkName('index', pathIndex, MAX_INDEX_BYTES);
  const lines = new Lines(body);
  let count = 0;
  for (let line = lines.next(); line !== null; line = lines.next()) {
    if (isBlank(line)) continue;
    if (++count > MAX_OPERATIONS) {
      throw fieldTooLarge('operations', `has more than ${MAX_OPERATIONS} entries: send smaller batches`);
    }
    const at = lines.number;
    const { action, index, id } = actionOf(line, at, pathIndex);
    const document = action === 'delete' ? Buffer.alloc(0) : lines.next();
    if (document === null) throw malformed(`The ${action} of line ${at} has no document: write it on the line after.`);
    yield { action, index, id, document };
  }
  if (count === 0) throw malformed('The request body is required: write lines of {"create":{}} and of documents in turn.');
}

class Lines {
  private at = 0;
  /** Of the last line, from 1. */
  number = 0;

  constructor(private readonly body: Buffer) {}

  next(): Buffer | null {
    const { at, body } = this;
    if (at >= body.length) return null;
    const found = body.indexOf(0x0a, at);
    const end = found < 0 ? body.length : found;
    this.at = end + 1;
    this.number++;
    return body.subarray(at, end);
  }
}

function isBlank(line: Buffer): boolean {
  return line.length < 3 && line.toString('latin1').trim() === '';
}

function actionOf(line: Buffer, at: number, pathIndex: string): Omit<BulkOperation, 'document'> {
  const malformedLine = (what: string) => malformed(`Malformed action/metadata line [${at}]: ${what}.`);
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8')) as unknown;
  } catch {
    throw malformedLine('it is no JSON');
  }
  const [entry, ...others] = isObject(value) ? Object.entries(value) : [];
  const action = ACTIONS.find((name) => name === entry?.[0]);
  const metadata = entry?.[1];
  if (action === undefined || others.length > 0 || !isObject(metadata)) {
    throw malformedLine('expected {"create":{...}}, or index, update or delete in its place');
  }
  const index = nameOf(metadata, '_index') || pathIndex;
  checkName('_index', index, MAX_INDEX_BYTES);
  const id = nameOf(metadata, '_id');
  checkName('_id', id, MAX_ID_BYTES);
  return { action, index, id };
}

/** Names may be written as numbers, as Elasticsearch takes them. */
function nameOf(metadata: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' && typeof value !== 'number') throw invalidField(name, 'must be a text');
  return String(value);
}

function checkName(field: string, name: string, limit: number): void {
  if (Buffer.byteLength(name) > limit) throw invalidField(field, `is longer than ${limit} bytes: use a shorter one`);
}
