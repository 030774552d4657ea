import type { FetchAnswer } from './protocol/fetch-call.js';
import { decodeRecords, type KafkaRecord, readBatchHeader, type RecordBatchHeader } from './protocol/record-batch.js';
import { TransactionFilter } from './protocol/transaction-filter.js';
import { messageOf } from '../queue/pause.js';

/** A record batch that can't be decoded, whole. */
export interface UndecodableBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly reason: string;
  readonly bytes: Buffer;
}

/** Consecutive records, from the cursor's position up to, not including, `next`. */
export interface RecordRun {
  readonly records: readonly KafkaRecord[];
  readonly undecodable: readonly UndecodableBatch[];
  readonly next: bigint;
}

/**
 * Walks through one fetch answer, decoding one record batch after the other, so that no more is decompressed
 * at a time than one run holds.
 *
 * A record batch that can't be decoded is stepped over as a whole: its offsets are known from its header.
 */
export class RecordCursor {
  private at = 0;
  private readonly filter: TransactionFilter;

  constructor(
    private readonly answer: FetchAnswer,
    private position: bigint,
  ) {
    this.filter = new TransactionFilter(answer.aborted);
  }

  /**
   * The next run: record batches until `maxBytes` of values or `maxRecords` are there, at least one batch.
   * Null at the end of what was fetched. Rejects where not even the first batch is whole, which a broker never sends.
   */
  async next(maxBytes: number, maxRecords: number): Promise<RecordRun | null> {
    const records: KafkaRecord[] = [];
    const undecodable: UndecodableBatch[] = [];
    let bytes = 0;
    let batches = 0;
    while (bytes < maxBytes && records.length < maxRecords && undecodable.length === 0) {
      const header = readBatchHeader(this.answer.records, this.at);
      if (!header) break;
      batches++;
      const read = await this.decode(header);
      if (read.kind === 'undecodable') undecodable.push(read.batch);
      else {
        for (const record of read.records) bytes += record.value?.length ?? 0;
        records.push(...read.records);
      }
      this.at += header.size;
      if (header.lastOffset >= this.position) this.position = header.lastOffset + 1n;
    }
    if (this.at === 0 && this.answer.records.length > 0) throw new Error('the broker cut off the first record batch of a fetch');
    return batches === 0 ? null : { records, undecodable, next: this.position };
  }

  private async decode(
    header: RecordBatchHeader,
  ): Promise<{ kind: 'records'; records: KafkaRecord[] } | { kind: 'undecodable'; batch: UndecodableBatch }> {
    if (header.lastOffset < this.position) return { kind: 'records', records: [] };
    const admitted = this.filter.admits(header);
    if (!admitted && !header.isControl) return { kind: 'records', records: [] };
    try {
      const decoded = await decodeRecords(this.answer.records, this.at, header);
      if (header.isControl) {
        this.filter.marker(header, decoded[0]);
        return { kind: 'records', records: [] };
      }
      return { kind: 'records', records: decoded.filter((record) => record.offset >= this.position) };
    } catch (error) {
      const bytes = this.answer.records.subarray(this.at, this.at + header.size);
      const reason = messageOf(error);
      return { kind: 'undecodable', batch: { firstOffset: header.baseOffset, lastOffset: header.lastOffset, reason, bytes } };
    }
  }
}
