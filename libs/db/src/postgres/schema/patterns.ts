import { bigint, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** Table `patterns` (drizzle/dag-builder/0001_patterns.sql). */
export const patterns = pgTable(
  'patterns',
  {
    tenant: text().notNull(),
    id: text().notNull(),
    title: text().notNull(),
    template: text().notNull(),
    service: text().notNull(),
    services: text().array().notNull(),
    firstSeen: instant('first_seen').notNull(),
    lastSeen: instant('last_seen').notNull(),
    traceCount: bigint('trace_count', { mode: 'number' }).notNull(),
    state: text().notNull().default('open'),
    resolvedAt: instant('resolved_at'),
    regressedAt: instant('regressed_at'),
    regressions: integer().notNull().default(0),
    /** `regressions` before the last write by a DAG builder; null: the row is new. */
    countedRegressions: integer('counted_regressions'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.id] })],
);
