import { bigint, customType, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** Table `dead_letters` (drizzle/log-ingestion/0000_initial.sql). */
export const deadLetters = pgTable(
  'dead_letters',
  {
    tenant: text().notNull(),
    topic: text().notNull(),
    partition: integer().notNull(),
    offset: bigint({ mode: 'bigint' }).notNull(),
    index: integer().notNull(),
    reason: text().notNull(),
    bytes: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.topic, table.partition, table.offset, table.index] })],
);
