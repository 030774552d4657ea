import type { Connection } from 'pg';
import type { EncodedRows } from '../copy/encoded-rows.js';
import { COPY_HEADER, COPY_TRAILER } from './copy-rows.js';

/** A COPY message of this many bytes fits into the server's buffer without growing it for every batch. */
const CHUNK_BYTES = 128 * 1024;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Sends statements ahead of their answers; PostgreSQL runs what stands before a Sync as one transaction, and after an error reads on
 * to the Sync without doing anything.
 *
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html, "Extended Query" and "Pipelining".
 */
export class Pipeline {
  constructor(private readonly connection: Connection) {}

  /** After an error nobody knows which statements the connection has: each is closed first, which is no error where it is unknown. */
  prepare({ name, text }: Statement): void {
    this.connection.close({ type: 'S', name }, true);
    this.connection.parse({ name, text, types: [] }, true);
  }

  run({ name }: Statement, values: readonly (string | null)[]): void {
    this.connection.bind({ statement: name, values: [...values] }, true);
    this.connection.execute({}, true);
  }

  /** @param statement a COPY of all columns that the rows have, in binary */
  copy(statement: Statement, rows: EncodedRows): void {
    this.run(statement, []);
    this.write(COPY_HEADER);
    for (const bytes of rows.keptBytes()) {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) this.write(bytes.subarray(at, at + CHUNK_BYTES));
    }
    this.write(COPY_TRAILER);
    this.connection.stream.write(COPY_DONE);
  }

  private write(bytes: Buffer): void {
    const header = Buffer.allocUnsafe(5);
    header[0] = COPY_DATA;
    header.writeUInt32BE(bytes.length + 4, 1);
    this.connection.stream.write(header);
    this.connection.stream.write(bytes);
  }
}
