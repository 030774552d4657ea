import { instantOfEpochMicros } from '#domain';
import type { PatternRecount, PatternStoreUnderTest } from '../conformance/pattern-store-under-test.js';
import { describePatternStore } from '../conformance/pattern-store.js';
import { startPostgresUnderTest } from '../conformance/postgres-under-test.js';
import type { Database } from './database.js';
import { PostgresDagStore } from './postgres-dag-store.js';
import { PostgresPatternEvents } from './postgres-pattern-events.js';
import { PostgresPatternStore } from './postgres-pattern-store.js';

const RECOUNT = `
  SELECT pattern_id, (extract(epoch FROM hour) * 1000000)::bigint AS hour, count(*)::int AS count,
    (extract(epoch FROM min(first_error_time)) * 1000000)::bigint AS first,
    (extract(epoch FROM max(first_error_time)) * 1000000)::bigint AS last
  FROM dags, date_trunc('hour', first_error_time) AS hour
  WHERE tenant = $1 AND pattern_id IS NOT NULL
  GROUP BY pattern_id, hour ORDER BY pattern_id, hour`;

interface HourRow {
  readonly pattern_id: string;
  readonly hour: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

async function recount(database: Database, tenant: string): Promise<readonly PatternRecount[]> {
  const rows = await database.query<HourRow>({ text: RECOUNT, values: [tenant] });
  const instant = (micros: string) => instantOfEpochMicros(BigInt(micros), 0);
  return [...new Set(rows.map((row) => row.pattern_id))].map((id) => {
    const own = rows.filter((row) => row.pattern_id === id);
    return {
      id,
      traceCount: own.reduce((sum, { count }) => sum + count, 0),
      firstSeen: instant(own[0]?.first ?? ''),
      lastSeen: instant(own.at(-1)?.last ?? ''),
      hours: own.map(({ hour, count }) => ({ start: instant(hour), traceCount: count })),
    };
  });
}

async function makeStore(): Promise<PatternStoreUnderTest> {
  const postgres = await startPostgresUnderTest('dag-builder');
  const { database } = postgres;
  const patterns = new PostgresPatternStore(database);
  return {
    writers: [0, 1, 2].map(() => new PostgresDagStore(postgres.connect(8))),
    dags: new PostgresDagStore(database),
    reader: patterns,
    states: patterns,
    events: new PostgresPatternEvents(database),
    recount: (tenant) => recount(database, tenant),
    close: postgres.close,
  };
}

describePatternStore('PostgreSQL', makeStore);
