import type { FetchedBatch } from '#domain';
import type { Connection, PoolClient, Submittable } from 'pg';
import type { BatchEncoder } from '../copy/batch-encoder.js';
import type { EncodedRows, RecordTable } from '../copy/encoded-rows.js';
import { COPY_ROWS, COPY_HEADER, COPY_TRAILER } from './copy-rows.js';
import { MOVE_POSITION, positionMove } from './move-position.js';
import { NOTE_COUNTS, notedCounts } from './note-counts.js';
import { noteStoredText, receiptBounds } from './note-stored.js';
import { RAISE_ERROR_TRACES, raisedTraces } from './raise-error-traces.js';

/** A COPY message of this many bytes fits into the server's buffer without growing it for every batch. */
const CHUNK_BYTES = 128 * 1024;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

const NOTED = noteStoredText(
  { epoch: '$8', partition: '$2', from: '$5', next: '$6', receivedFrom: '$9', receivedTo: '$10', rows: '$11' },
  'FROM moved',
);
/** Fails with division_by_zero where the position is elsewhere: nothing that follows in the same round trip is done then. */
const MOVE_OR_FAIL = `WITH moved AS (${MOVE_POSITION} RETURNING 1), noted AS (${NOTED}) SELECT 1 / count(*) FROM moved`;

interface Statement {
  readonly name: string;
  readonly text: string;
}

const MOVE: Statement = { name: 'move-or-fail', text: MOVE_OR_FAIL };
const RAISE: Statement = { name: 'raise-at-once', text: RAISE_ERROR_TRACES };
const COUNT: Statement = { name: 'count-at-once', text: NOTE_COUNTS };
const COPY: Readonly<Record<RecordTable, Statement>> = {
  logs: { name: 'copy-rows', text: COPY_ROWS.logs },
  spans: { name: 'copy-spans', text: COPY_ROWS.spans },
};
const ALL: readonly Statement[] = [MOVE, RAISE, COUNT, COPY.logs, COPY.spans];

/** A batch whose rows the encoder holds. */
export interface EncodedBatch {
  readonly batch: FetchedBatch;
  /** Number of its source, which record ids are made of. */
  readonly epoch: number;
  /** Of both tables. */
  readonly rows: number;
  readonly logs: number;
}

/**
 * Moves the positions, raises error traces, notes counts and copies the encoder's rows in one transaction and one round trip: everything is
 * sent ahead of the answers, and PostgreSQL commits at the Sync that ends it or does nothing at all.
 *
 * Where anything is unusual (a position is elsewhere, a row is refused), the error says only that nothing was stored; the
 * caller goes the long way, which finds out.
 *
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html, "Extended Query" and "Pipelining". A backend that has met
 * an error reads on to the Sync and drops the COPY data in between.
 *
 * @param now milliseconds since 1970: what the rows were encoded with
 * @returns how many traces were raised
 */
export async function storeAtOnce(
  client: PoolClient,
  batches: readonly EncodedBatch[],
  encoder: BatchEncoder,
  now: number,
): Promise<number> {
  return new Promise((resolve, reject) => client.query(new StoreAtOnce(batches, encoder, now, resolve, reject)));
}

/** A query as pg's queue wants it: `submit` when its turn has come, then exactly one of handleReadyForQuery and handleError. */
class StoreAtOnce implements Submittable {
  /** Connections that know the statements by their names. */
  private static readonly prepared = new WeakSet<Connection>();
  private connection: Connection | null = null;
  private raised = 0;

  constructor(
    private readonly batches: readonly EncodedBatch[],
    private readonly encoder: BatchEncoder,
    private readonly now: number,
    private readonly resolve: (raised: number) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    this.connection = connection;
    const { stream } = connection;
    stream.cork();
    if (!StoreAtOnce.prepared.has(connection)) for (const statement of ALL) prepare(connection, statement);
    for (const { batch, epoch, logs } of this.batches) {
      run(connection, MOVE, [...positionMove(batch), String(epoch), ...receiptBounds(batch, this.now), String(logs)]);
    }
    const traces = raisedTraces(this.encoder.traces.byTenant);
    if (traces !== null) run(connection, RAISE, traces);
    const counts = notedCounts(this.encoder.counts);
    if (counts !== null) run(connection, COUNT, counts);
    for (const rows of [this.encoder.logs, this.encoder.spans]) {
      if (rows.count === 0) continue;
      run(connection, COPY[rows.table], []);
      this.sendRows(connection, rows);
    }
    connection.sync();
    stream.uncork();
  }

  handleDataRow(): void {
    // The one row of MOVE_OR_FAIL, and of NOTE_COUNTS, says nothing that its coming does not say.
  }

  handleCopyInResponse(): void {
    // The rows are on their way already.
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const count = /^INSERT 0 (\d+)$/.exec(text);
    if (count !== null) this.raised = Number(count[1]);
  }

  handleReadyForQuery(): void {
    if (this.connection !== null) StoreAtOnce.prepared.add(this.connection);
    this.resolve(this.raised);
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  private sendRows({ stream }: Connection, rows: EncodedRows): void {
    const bytes = rows.bytes();
    const { length } = bytes;
    stream.write(copyData(COPY_HEADER.length));
    stream.write(COPY_HEADER);
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      const end = Math.min(length, at + CHUNK_BYTES);
      stream.write(copyData(end - at));
      stream.write(bytes.subarray(at, end));
    }
    stream.write(copyData(COPY_TRAILER.length));
    stream.write(COPY_TRAILER);
    stream.write(COPY_DONE);
  }
}

/** After an error nobody knows which statements the connection has: each is closed first, which is no error where it is unknown. */
function prepare(connection: Connection, { name, text }: Statement): void {
  connection.close({ type: 'S', name }, true);
  connection.parse({ name, text, types: [] }, true);
}

function run(connection: Connection, { name }: Statement, values: readonly (string | null)[]): void {
  connection.bind({ statement: name, values: [...values] }, true);
  connection.execute({}, true);
}

function copyData(size: number): Buffer {
  const header = Buffer.allocUnsafe(5);
  header[0] = COPY_DATA;
  header.writeUInt32BE(size + 4, 1);
  return header;
}
