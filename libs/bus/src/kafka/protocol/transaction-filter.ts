import type { AbortedTransaction } from './fetch-call.js';
import type { KafkaRecord, RecordBatchHeader } from './record-batch.js';

const ABORT_MARKER = 0;

/**
 * Leaves out what other producers wrote in transactions that they aborted; the consumer's half of read_committed.
 *
 * Source: Fetcher#nextFetchedRecord of Kafka's Java client.
 */
export class TransactionFilter {
  private readonly pending: AbortedTransaction[];
  private readonly aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.pending = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** Whether the records of this batch count; batches are to be shown in order. */
  admits(header: RecordBatchHeader): boolean {
    while (this.pending[0] && this.pending[0].firstOffset <= header.lastOffset) {
      const transaction = this.pending.shift();
      if (transaction) this.aborting.add(transaction.producerId);
    }
    return !header.isControl && !(header.isTransactional && this.aborting.has(header.producerId));
  }

  /** Shows a marker, the record of a control batch. */
  marker(header: RecordBatchHeader, record: KafkaRecord | undefined): void {
    if (record?.key && record.key.length >= 4 && record.key.readInt16BE(2) === ABORT_MARKER)
      this.aborting.delete(header.producerId);
  }
}
