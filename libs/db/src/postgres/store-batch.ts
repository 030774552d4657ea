import type { DeadLetter, FetchedBatch } from '#domain';
import type { PoolClient } from 'pg';
import type { StoreOutcome } from '../api/log-writer.js';
import type { BatchEncoder, UnstorableRecord } from './copy/batch-encoder.js';
import { enterPosition } from './enter-position.js';
import { receiptTime } from './receipt-time.js';
import type { BatchReplay } from './replays.js';
import { claimRetryKeys } from './sql/claim-retry-keys.js';
import { copyRows } from './sql/copy-rows.js';
import { giveUpOwnKeys } from './sql/give-up-own-keys.js';
import { noteCounts } from './sql/note-counts.js';
import { noteRecognizedRetries } from './sql/note-recognized-retries.js';
import { noteStored } from './sql/note-stored.js';
import { raiseErrorTraces } from './sql/raise-error-traces.js';
import { storableRows } from './storable-rows.js';

export type OnUnstorable = (letters: readonly DeadLetter[]) => Promise<void>;

export interface StoreBatchOptions {
  /** Number of the batch's source, which record ids are made of. */
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Each record is checked by the contract, and those that the database refuses are found. */
  readonly careful: boolean;
  readonly onUnstorable: OnUnstorable;
}

export type BatchStep =
  | {
      readonly kind: 'stored';
      readonly outcome: StoreOutcome;
      /** Null: the batch is part of none. */
      readonly replay: BatchReplay | null;
    }
  | Exclude<StoreOutcome, { readonly kind: 'stored' }>
  /** Nothing was written; see Entry. */
  | { readonly kind: 'unscanned' };

const NOTHING: ReadonlySet<bigint> = new Set();

/**
 * Stores one batch within the caller's transaction, the long way (PostgresLogWriter).
 *
 * A message that is settled by a replay's scan is left out whatever its retry key says, and claims the key again for the retries
 * that may follow. One whose rows are gone is stored again: the key that it left itself is given up first.
 */
export async function storeBatch(
  client: PoolClient,
  encoder: BatchEncoder,
  batch: FetchedBatch,
  { epoch, now, careful, onUnstorable }: StoreBatchOptions,
): Promise<BatchStep> {
  const { slices, partition, source } = batch;
  const entry = await enterPosition(client, batch, epoch);
  if (entry.kind === 'unscanned' || entry.kind === 'fenced') return entry;
  const isReplay = entry.kind === 'replayed';
  const settled = isReplay ? entry.settled : NOTHING;
  if (isReplay) {
    const missing = slices.filter(({ offset }) => offset < entry.until && !settled.has(offset));
    await giveUpOwnKeys(client, missing);
  }
  const known = await claimRetryKeys(client, slices);
  const retries = slices.filter(({ offset }, i) => known[i] === true && !settled.has(offset));
  // A bus that keeps nothing replays nothing.
  if (source.transient !== true) await noteRecognizedRetries(client, epoch, partition, retries, now);
  const duplicates = isReplay ? slices.map(({ offset }, i) => known[i] === true || settled.has(offset)) : known;
  encoder.begin(careful);
  encoder.enter(batch, epoch);
  slices.forEach((slice, i) => {
    if (duplicates[i] !== true) encoder.add(slice, receiptTime(slice.receivedAt, now));
  });
  const refused = careful ? await storableRows(client, encoder) : [];
  if (!careful) {
    for (const rows of [encoder.logs, encoder.spans]) if (rows.count > 0) await copyRows(client, rows);
  }
  await noteCounts(client, encoder.counts);
  const raised = await raiseErrorTraces(client, encoder.traces.byTenant);
  const unstorable = [...encoder.unstorable, ...refused];
  if (unstorable.length > 0) await onUnstorable(unstorable.map((record) => deadLetterOf(record, batch)));
  const records = encoder.rows - refused.length;
  await noteStored(client, { batch, epoch, logs: encoder.logs.count - encoder.logs.leftOut.size }, now);
  return {
    kind: 'stored',
    outcome: { kind: 'stored', records, duplicates, errorTraces: raised > 0 },
    replay: isReplay ? { until: entry.until } : null,
  };
}

function deadLetterOf(record: UnstorableRecord, batch: FetchedBatch): DeadLetter {
  return {
    tenant: record.slice.tenant,
    topic: batch.source.topic,
    partition: batch.partition,
    offset: record.slice.offset,
    index: record.index,
    reason: record.reason,
    bytes: record.bytes,
  };
}
