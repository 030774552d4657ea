import { isUtf8 } from 'node:buffer';
import { logOfRow } from '../http/log-of-row.js';
import { isObject } from '../records/clean-text.js';
import { RecordBatch } from '../records/record-batch.js';
import { bulkOperations, type BulkAction } from './bulk-operations.js';
import { DOCUMENT_DIALECT } from './document-dialect.js';

const UNKNOWN_SERVICE = 'unknown_service';

/** An operation as the answer tells of it. */
export interface BulkItem {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string;
}

export interface DecodedBulk {
  readonly batch: RecordBatch;
  /** One for each row of the batch, refused ones included. */
  readonly items: readonly BulkItem[];
}

/**
 * Turns the documents of a bulk request into records. Updates, deletes and documents that can't be read are refused one by
 * one. The index, and the id where the sender gave one, become the attributes `_index` and `_id`.
 *
 * @param limit bytes that the records may take
 * @throws RootspanError 400 where the request can't be read at all, 413 beyond the limits
 */
export function decodeBulk(body: Buffer, pathIndex: string, limit: number): DecodedBulk {
  const batch = new RecordBatch(limit, Number.POSITIVE_INFINITY);
  const items: BulkItem[] = [];
  for (const { action, index, id, document } of bulkOperations(body, pathIndex)) {
    const row = items.push({ action, index, id }) - 1;
    if (action === 'update' || action === 'delete') {
      batch.refuse(row, '', `${action} is not supported, a log record is written once: use create or index`);
      continue;
    }
    const value = parsed(document);
    if (!isObject(value)) {
      batch.refuse(row, '', 'the document is no JSON object');
      continue;
    }
    const attributes = [...(index === '' ? [] : [['_index', index] as const]), ...(id === '' ? [] : [['_id', id] as const])];
    const replaced = !isUtf8(document);
    const outcome = logOfRow(value, {
      service: UNKNOWN_SERVICE,
      trace: null,
      replaced,
      dialect: DOCUMENT_DIALECT,
      attributes,
    });
    if (outcome.kind === 'log') batch.add(row, outcome.log);
    else batch.refuse(row, outcome.field, outcome.reason);
  }
  return { batch, items };
}

function parsed(document: Buffer): unknown {
  try {
    return JSON.parse(document.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
