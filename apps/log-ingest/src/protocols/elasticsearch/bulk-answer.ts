import { randomBytes } from 'node:crypto';
import type { RowFault } from '../records/record-batch.js';
import type { BulkItem } from './decode-bulk.js';

/**
 * The JSON that answers a bulk request. Senders look for `"errors":true` as bytes before they read on, so it has no spaces.
 *
 * @param took milliseconds
 * @param faults all rows that were refused, in order
 */
export function bulkAnswer(took: number, items: readonly BulkItem[], faults: readonly RowFault[]): string {
  const faultOf = new Map(faults.map((fault) => [fault.row, fault]));
  const ids = new DocumentIds();
  const answered = items.map((item, row) => {
    const fault = faultOf.get(row);
    const place = { _index: item.index, _id: item.id || ids.next() };
    return { [item.action]: fault === undefined ? { ...place, ...CREATED } : { ...place, ...refusal(item, fault) } };
  });
  return JSON.stringify({ took, errors: faults.length > 0, items: answered });
}

const CREATED = {
  _version: 1,
  result: 'created',
  _shards: { total: 1, successful: 1, failed: 0 },
  _seq_no: 0,
  _primary_term: 1,
  status: 201,
} as const;

function refusal({ action }: BulkItem, { field, reason }: RowFault): object {
  const type = action === 'update' || action === 'delete' ? 'illegal_argument_exception' : 'mapper_parsing_exception';
  const text = field === '' ? reason : `failed to parse field [${field}]: ${reason}`;
  return { status: 400, error: { type, reason: text } };
}

/** Ids for documents that came without one: 20 characters, as Elasticsearch's are. Nothing can be asked for by them. */
class DocumentIds {
  private readonly prefix = randomBytes(12).toString('base64url');
  private count = 0;

  next(): string {
    return this.prefix + (this.count++).toString(36).padStart(4, '0');
  }
}
