import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { PostgresLogWriter, migrateDatabase, type Database } from '#db/postgres';
import { LoadBatches, type LoadShape } from '../load-batches.js';
import type { TraceIdType } from './layout.js';

/** A table of the product's columns, without indexes and partitions, that holds the rows of one round. */
export const TEMPLATE_TABLE = 'template_rows';
/** What a copy of a table's columns keeps of them. */
export const LIKE_OPTIONS = 'INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION';

export interface Template {
  /** Names of the columns in their order. */
  readonly columns: readonly string[];
  /** What the migrations make, each as it would follow `CREATE INDEX ON logs`. */
  readonly productIndexes: readonly string[];
}

const COLUMNS = `
  SELECT attname AS name FROM pg_attribute
  WHERE attrelid = '${TEMPLATE_TABLE}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`;
const INDEXES = `
  SELECT substring(pg_get_indexdef(indexrelid) FROM 'USING .*') AS definition FROM pg_index
  WHERE indrelid = 'logs'::regclass ORDER BY indexrelid`;
const SOURCE = { clusterId: 'bench', topic: 'layouts', topicId: '' };

/**
 * Lets the product store `shape.templateRecords` records in a database that its migrations have made, keeps these rows aside
 * and drops `logs`: so rows, columns and indexes are always those of the product.
 */
export async function storeTemplate(database: Database, shape: LoadShape): Promise<Template> {
  await migrateDatabase(database, 'log-ingestion');
  const batches = new LoadBatches(shape);
  const receivedAt = Date.now();
  const slices = Array.from({ length: Math.ceil(shape.templateRecords / shape.batchSize) }, (_, i) => ({
    ...{ tenant: 'default', value: batches.batch(i, receivedAt) },
    ...{ receivedAt, offset: BigInt(i) },
  }));
  const batch = { source: SOURCE, partition: 0, from: 0n, next: BigInt(slices.length), slices };
  const refuse = (): Promise<void> => Promise.reject(new Error('a record of the load is unstorable'));
  const outcome = await new PostgresLogWriter(database).store(batch, refuse);
  if (outcome.kind !== 'stored') throw new Error('another writer uses this store');

  const indexes = await database.query<{ definition: string }>({ text: INDEXES });
  await database.query({ text: `CREATE TABLE ${TEMPLATE_TABLE} (LIKE logs ${LIKE_OPTIONS})` });
  await database.query({ text: `INSERT INTO ${TEMPLATE_TABLE} SELECT * FROM logs` });
  await database.query({ text: 'DROP TABLE logs' });
  const columns = await database.query<{ name: string }>({ text: COLUMNS });
  return { columns: columns.map(({ name }) => name), productIndexes: indexes.map(({ definition }) => definition) };
}

/** The rows of the template in the order in which they were sent, in binary COPY format. */
export async function copyTemplate(database: Database, { columns }: Template, traceId: TraceIdType): Promise<Buffer> {
  const selected = columns.map((name) => (name === 'trace_id' ? `trace_id::${traceId}` : `"${name}"`)).join(', ');
  const text = `COPY (SELECT ${selected} FROM ${TEMPLATE_TABLE} ORDER BY id) TO STDOUT (FORMAT binary)`;
  return database.withClient(async (client: pg.PoolClient) => {
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo(text))) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  });
}
