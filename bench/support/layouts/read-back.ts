import { PostgresLogReader, type Database } from '#db/postgres';
import { durationsOf, type Durations } from '../percentiles.js';
import { seededRandom } from '../random.js';
import { BY_TRACE_HASH, type Layout } from './layout.js';
import type { RowRing } from './row-ring.js';

export interface ReadFigures {
  /** By the same statement for every lay-out; null where no index serves it. */
  readonly lookUpMs: Durations | null;
  /** By the product's reader; null where its statement does not fit the lay-out. */
  readonly productLookUpMs: Durations | null;
  /** The newest logs by the product's reader; null where no index serves it. */
  readonly newestMs: Durations | null;
}

const LOOK_UPS = 2_000;
/** Not counted: they prepare the statement and fill PostgreSQL's caches of the catalogue. */
const WARM_UPS = 50;
const NEWEST_READS = 20;
const PAGE = { tenant: 'default', limit: 1_000, maxBytes: 3 * 1024 * 1024 };
/** Ids that sort behind every other. */
const LAST_ID = 'f'.repeat(32);

/** The product's statement for a small trace, but for its condition and for what large rows need. */
function lookUpText(condition: string): string {
  const columns = 'id, "time", received_at, nanos, severity, trace_id, parent_id, span_id, service, message';
  const json = 'attributes::text, resource::text, extra::text';
  return `
    SELECT * FROM (SELECT ${columns}, ${json}, size FROM logs WHERE ${condition} LIMIT 65) AS found
    ORDER BY "time", nanos, id`;
}

/**
 * Reads random traces one after the other, and the newest logs, over one connection.
 * @throws Error where a trace has not exactly the rows that were sent
 */
export async function readBack(database: Database, layout: Layout, ring: RowRing, rows: number): Promise<ReadFigures> {
  const rounds = rows / ring.rows;
  const reader = new PostgresLogReader(database);
  const { lookUp, newest } = layout;
  const ask = async (text: string, traceId: string): Promise<number> =>
    (await database.query({ name: 'look-up', text, values: [traceId, PAGE.tenant] })).length;
  const product = async (traceId: string): Promise<number> => reader.readTrace({ ...PAGE, traceId }, ({ count }) => count);
  const text = lookUp === null ? null : lookUpText(lookUp);
  return {
    lookUpMs: text === null ? null : await lookUps(ring, rounds, 1, (traceId) => ask(text, traceId)),
    productLookUpMs: lookUp === BY_TRACE_HASH ? await lookUps(ring, rounds, 2, product) : null,
    newestMs: newest ? await newestReads(reader, ring.receivedAtMs(rows - 1)) : null,
  };
}

/** @param seed each way to ask gets traces of its own, none that the other has left in memory */
async function lookUps(ring: RowRing, rounds: number, seed: number, ask: (traceId: string) => Promise<number>) {
  const random = seededRandom(seed);
  const ms: number[] = [];
  for (let i = -WARM_UPS; i < LOOK_UPS; i++) {
    const { traceId, rows } = ring.anyTrace(random, rounds);
    const askedAt = performance.now();
    const found = await ask(traceId);
    if (i >= 0) ms.push(performance.now() - askedAt);
    if (found !== rows) throw new Error(`trace ${traceId} has ${rows} rows, ${found} were found`);
  }
  return durationsOf(ms);
}

/** As though the last row had just come: GetLogs looks at the last ten seconds first. */
async function newestReads(reader: PostgresLogReader, nowMs: number): Promise<Durations> {
  const after = { time: { seconds: Math.ceil(nowMs / 1000), nanos: 0 }, id: LAST_ID };
  const ms: number[] = [];
  for (let i = -1; i < NEWEST_READS; i++) {
    const askedAt = performance.now();
    const count = await reader.readNewest({ ...PAGE, after }, (page) => page.count);
    if (i >= 0) ms.push(performance.now() - askedAt);
    if (count !== PAGE.limit) throw new Error(`${count} of the newest ${PAGE.limit} logs were found`);
  }
  return durationsOf(ms);
}
