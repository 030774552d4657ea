import type { DagJson, RootCause, SpanRole } from '#domain';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp } from 'drizzle-orm/pg-core';

/** A span as the column `nodes` keeps it; instants as RFC 3339. */
export interface NodeJson {
  readonly id: string;
  readonly parentId: string;
  readonly service: string;
  readonly level: string;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly logCount: number;
  readonly errorCount: number;
  /** Absent in rows from before roles, and for spans that took no part. */
  readonly role?: SpanRole;
  readonly orphan?: true;
  readonly synthetic?: true;
}

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' }).notNull();

/** Table `dags` (drizzle/dag-builder/0000_initial.sql, 0001_patterns.sql). */
export const dags = pgTable(
  'dags',
  {
    tenant: text().notNull(),
    traceId: text('trace_id').notNull(),
    version: bigint({ mode: 'bigint' }).notNull(),
    rootSpanId: text('root_span_id').notNull(),
    dagJson: jsonb('dag_json').$type<DagJson>().notNull(),
    nodes: jsonb().$type<readonly NodeJson[]>().notNull(),
    edges: jsonb().$type<readonly { source: string; target: string; kind: 'parent' | 'link' }[]>().notNull(),
    errorCount: integer('error_count').notNull(),
    spanCount: integer('span_count').notNull(),
    logCount: integer('log_count').notNull(),
    services: text().array().notNull(),
    firstTime: instant('first_time'),
    firstNanos: smallint('first_nanos').notNull(),
    lastTime: instant('last_time'),
    lastNanos: smallint('last_nanos').notNull(),
    firstErrorTime: instant('first_error_time'),
    firstErrorNanos: smallint('first_error_nanos').notNull(),
    warnings: text().array().notNull(),
    truncated: boolean().notNull(),
    /** Bytes of the DAG as JSON. */
    size: integer().notNull(),
    rootCauses: jsonb('root_causes').$type<readonly RootCause[]>().notNull(),
    patternId: text('pattern_id'),
    /** What the row counted as before its last write; null after the first one. Set by PostgresDagStore.put only. */
    countedPatternId: text('counted_pattern_id'),
    countedErrorTime: timestamp('counted_error_time', { withTimezone: true, mode: 'string' }),
    updatedAt: timestamp('updated_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.traceId] })],
);
