import type { Connection, PoolClient, Submittable } from 'pg';
import type { BatchEncoder } from '../copy/batch-encoder.js';
import { CLAIM_KEYS, ClaimedKeys, keyColumns, keyedSlices, type KeyedSlice } from './claim-retry-keys.js';
import { COPY_ROWS } from './copy-rows.js';
import { MOVE_POSITION, positionMove } from './move-position.js';
import { NOTE_COUNTS, notedCounts } from './note-counts.js';
import { NOTE_RETRIES, recognizedRetries } from './note-recognized-retries.js';
import { NOTE_STORED, notedRanges, type StoredBatch } from './note-stored.js';
import { Pipeline, type Statement } from './pipeline.js';
import { RAISE_ERROR_TRACES, raisedTraces } from './raise-error-traces.js';

/** Fails with division_by_zero where the position is elsewhere: nothing that follows before the Sync is done then. */
const MOVE: Statement = {
  name: 'move-or-fail',
  text: `WITH moved AS (${MOVE_POSITION} RETURNING 1) SELECT 1 / count(*) FROM moved`,
};
const CLAIM: Statement = { name: 'claim-at-once', text: CLAIM_KEYS };
const RETRIES: Statement = { name: 'retries-at-once', text: NOTE_RETRIES };
const STORED: Statement = { name: 'stored-at-once', text: NOTE_STORED };
const COUNT: Statement = { name: 'count-at-once', text: NOTE_COUNTS };
const RAISE: Statement = { name: 'raise-at-once', text: RAISE_ERROR_TRACES };
const COPY = {
  logs: { name: 'copy-rows', text: COPY_ROWS.logs },
  spans: { name: 'copy-spans', text: COPY_ROWS.spans },
};
const ALL: readonly Statement[] = [MOVE, CLAIM, RETRIES, STORED, COUNT, RAISE, COPY.logs, COPY.spans];

/** A batch whose rows the encoder holds. */
export interface EncodedBatch extends Omit<StoredBatch, 'logs'> {
  /** The place of its first slice among those of all batches. */
  readonly firstSlice: number;
  /** Its rows among those of each table, from the first to before the last. */
  readonly logs: RowRange;
  readonly spans: RowRange;
}

interface RowRange {
  readonly from: number;
  readonly to: number;
}

export interface StoredAtOnce {
  /** Traces with errors that were raised for the DAG builder. */
  readonly raised: number;
  /** Of each slice of all batches, in their order, whether it had been stored before: its rows are left out. */
  readonly known: readonly boolean[];
}

/**
 * Moves the positions, claims retry keys, raises error traces, notes counts and ranges and copies the encoder's rows in one
 * transaction. Without retry keys it is one round trip: everything is sent ahead of the answers. With keys it is two, and rows of
 * what is known are left out in between.
 *
 * Where anything is unusual (a position is elsewhere, a row is refused), the error says only that nothing was stored; the caller
 * goes the long way, which finds out.
 *
 * @param batches in the order in which they were encoded, which is that of locks
 * @param now milliseconds since 1970: what the rows were encoded with
 */
export async function storeAtOnce(
  client: PoolClient,
  batches: readonly EncodedBatch[],
  encoder: BatchEncoder,
  now: number,
): Promise<StoredAtOnce> {
  return new Promise((resolve, reject) => client.query(new StoreAtOnce(batches, encoder, now, resolve, reject)));
}

/**
 * A query as pg's queue wants it: `submit` when its turn has come, then exactly one of handleReadyForQuery and handleError.
 *
 * States: `claiming` between the keys and their answer, `storing` once all is sent.
 */
class StoreAtOnce implements Submittable {
  /** Connections that know the statements by their names. */
  private static readonly prepared = new WeakSet<Connection>();
  private readonly keyed: readonly KeyedSlice[];
  private readonly claimed = new ClaimedKeys();
  private state: 'claiming' | 'storing' = 'storing';
  private raises = false;
  /** Rows of the last statement that inserted some: of RAISE, where that is run. */
  private inserted = 0;
  private known: readonly boolean[] = [];

  constructor(
    private readonly batches: readonly EncodedBatch[],
    private readonly encoder: BatchEncoder,
    private readonly now: number,
    private readonly resolve: (stored: StoredAtOnce) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.keyed = keyedSlices(batches.flatMap(({ batch }) => batch.slices));
  }

  submit(connection: Connection): void {
    const pipeline = new Pipeline(connection);
    connection.stream.cork();
    if (!StoreAtOnce.prepared.has(connection)) for (const statement of ALL) pipeline.prepare(statement);
    for (const { batch } of this.batches) pipeline.run(MOVE, positionMove(batch));
    if (this.keyed.length > 0) {
      this.state = 'claiming';
      pipeline.run(CLAIM, keyColumns(this.keyed));
      connection.flush();
    } else this.sendRows(connection, pipeline);
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: readonly unknown[] }): void {
    // The one row of MOVE comes first, and says nothing that its coming does not say; so does that of NOTE_COUNTS.
    if (this.state === 'claiming' && fields.length > 1) this.claimed.add(fields);
  }

  handleCopyInResponse(): void {
    // The rows are on their way already.
  }

  handleCommandComplete({ text }: { readonly text: string }, connection: Connection): void {
    const count = /^INSERT 0 (\d+)$/.exec(text);
    if (count === null) return;
    if (this.state === 'storing') this.inserted = Number(count[1]);
    else this.leaveOutKnown(connection);
  }

  handleReadyForQuery(connection: Connection): void {
    StoreAtOnce.prepared.add(connection);
    this.resolve({ raised: this.raises ? this.inserted : 0, known: this.known });
  }

  handleError(error: Error, connection: Connection): void {
    // The server waits for the Sync that was to follow the rows.
    if (this.state === 'claiming' && connection.stream.writable) connection.sync();
    this.reject(error);
  }

  private leaveOutKnown(connection: Connection): void {
    this.state = 'storing';
    this.known = this.claimed.known(this.batches.flatMap(({ batch }) => batch.slices));
    const places = new Set(this.known.flatMap((isKnown, place) => (isKnown ? [place] : [])));
    if (places.size > 0) this.encoder.leaveOut(places);
    connection.stream.cork();
    this.sendRows(connection, new Pipeline(connection));
    connection.stream.uncork();
  }

  private sendRows(connection: Connection, pipeline: Pipeline): void {
    const { batches, encoder, now } = this;
    this.noteRetries(pipeline);
    const stored = batches.map(({ batch, epoch, logs }) => ({ batch, epoch, logs: encoder.logs.kept(logs.from, logs.to) }));
    pipeline.run(STORED, notedRanges(stored, now));
    const counts = notedCounts(encoder.counts);
    if (counts !== null) pipeline.run(COUNT, counts);
    const traces = raisedTraces(encoder.traces.byTenant);
    this.raises = traces !== null;
    if (traces !== null) pipeline.run(RAISE, traces);
    for (const rows of [encoder.logs, encoder.spans]) if (rows.count > rows.leftOut.size) pipeline.copy(COPY[rows.table], rows);
    connection.sync();
  }

  private noteRetries(pipeline: Pipeline): void {
    for (const { batch, epoch, firstSlice } of this.batches) {
      // A bus that keeps nothing replays nothing.
      if (batch.source.transient === true) continue;
      const retries = batch.slices.filter((_, i) => this.known[firstSlice + i] === true);
      if (retries.length > 0) pipeline.run(RETRIES, recognizedRetries(epoch, batch.partition, retries, this.now));
    }
  }
}
