import { BY_TRACE_ID, layout, type Layout } from './layout.js';

const TIME_BRIN = 'USING brin ("time") WITH (pages_per_range = 32, autosummarize = on)';
const HASH64 = 'hashtextextended(trace_id, 0)';
const TRACE_HASH = `USING btree ((${HASH64})) WHERE trace_id IS NOT NULL`;
const WARNINGS = '(tenant, "time") WHERE severity >= 13';
const TRACE_BTREE = 'USING btree (trace_id)';
const MANY = 15;

/** Unlike the product's, trace ids take 16 bytes; what is no 32 hex digits would go into a text column beside it. */
const AS_UUID = {
  traceId: 'uuid',
  changes: [
    'ALTER TABLE logs ALTER COLUMN trace_id TYPE uuid USING trace_id::uuid',
    'ALTER TABLE logs ADD COLUMN trace_text text',
  ],
  lookUp: BY_TRACE_ID,
} satisfies Partial<Layout>;

/** In the order in which they run by default. */
const LAYOUTS: readonly Layout[] = [
  layout('product', 'columns and indexes as the migrations make them'),
  layout('none', 'no index: the ceiling', { indexes: [], lookUp: null, newest: false }),
  layout('trace-hash', 'what BRIN on time costs: the index on traces alone', { indexes: [TRACE_HASH], newest: false }),
  layout('hash-index', "PostgreSQL's hash index: pages spread at random from the first row on", {
    indexes: ['USING hash (trace_id)', TIME_BRIN],
    lookUp: BY_TRACE_ID,
  }),
  layout('btree-trace', 'equal keys are stored once (deduplication), but each new trace goes to a random page', {
    indexes: [TRACE_BTREE, TIME_BRIN],
    lookUp: BY_TRACE_ID,
  }),
  layout('btree-trace-full', 'the same without deduplication, as a unique index would be', {
    indexes: [`${TRACE_BTREE} WITH (deduplicate_items = off)`, TIME_BRIN],
    lookUp: BY_TRACE_ID,
  }),
  layout('btree-tenant-trace-time', 'one tenant alone, in the order of a page; no two keys are equal', {
    indexes: ['USING btree (tenant, trace_id, "time")', TIME_BRIN],
    lookUp: BY_TRACE_ID,
  }),
  layout('btree-time', 'newest logs without reading a window of blocks', { indexes: [TRACE_HASH, 'USING btree ("time")'] }),
  layout('btree-hash64-column', 'the hash stored as a column: 8 bytes a row, but neither look-up nor vacuum hash again', {
    changes: [`ALTER TABLE logs ADD COLUMN trace_hash bigint GENERATED ALWAYS AS (${HASH64}) STORED`],
    indexes: ['USING btree (trace_hash)', TIME_BRIN],
    lookUp: 'trace_hash = hashtextextended($1, 0) AND trace_id = $1 AND tenant = $2',
  }),
  layout('uuid-hash', 'trace ids as 16 bytes: a smaller heap', { ...AS_UUID, indexes: ['USING hash (trace_id)', TIME_BRIN] }),
  layout('uuid-btree', 'trace ids as 16 bytes: a smaller heap and btree', { ...AS_UUID, indexes: [TRACE_BTREE, TIME_BRIN] }),
  layout(`${MANY}-partitions`, 'what grows stays small, but a look-up asks each partition', {
    indexes: [TRACE_HASH, TIME_BRIN],
    partitions: MANY,
  }),
  layout(`btree-${MANY}-partitions`, 'a btree that stays in memory because its partition ends', {
    indexes: [TRACE_BTREE, TIME_BRIN],
    lookUp: BY_TRACE_ID,
    partitions: MANY,
  }),
  layout('one-brin', 'a row asks one BRIN index instead of two whether its range is summarized', {
    indexes: [TRACE_HASH, 'USING brin ("time", received_at) WITH (pages_per_range = 32, autosummarize = on)', WARNINGS],
  }),
  layout('trace-time', 'what the indexes for warnings and for live tail cost: those on traces and time alone', {
    indexes: [TRACE_HASH, TIME_BRIN],
  }),
  layout('attributes-text', 'JSON as text: nothing is parsed at ingest, and everything at each search for an attribute', {
    changes: ['attributes', 'resource', 'extra'].map((column) => `ALTER TABLE logs ALTER COLUMN ${column} TYPE text`),
  }),
  layout('brin-128', "PostgreSQL's default range: a smaller BRIN, more blocks read for the newest", {
    indexes: [TRACE_HASH, 'USING brin ("time") WITH (pages_per_range = 128, autosummarize = on)'],
  }),
  layout('brin-by-vacuum', 'no autosummarize: ranges are summarized by vacuum only', {
    indexes: [TRACE_HASH, 'USING brin ("time") WITH (pages_per_range = 32)'],
  }),
  layout('wal-pglz', 'full-page images are compressed: less WAL, more CPU', { settings: { wal_compression: 'pglz' } }),
  layout('wal-lz4', 'cheaper compression of full-page images', { settings: { wal_compression: 'lz4' } }),
];

/** What runs where nothing is chosen. The product comes again at the end: how far its two rows differ is the noise. */
const DEFAULT_NAMES = [...LAYOUTS.map(({ name }) => name), 'product'];

/**
 * @param names separated by commas, in the order in which they are to run, the same one twice if wanted; empty: all
 * @throws Error naming the choices
 */
export function chosenLayouts(names: string): readonly Layout[] {
  const chosen = names === '' ? DEFAULT_NAMES : names.split(',').map((name) => name.trim());
  return chosen.map((wanted) => {
    const found = LAYOUTS.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`--only takes ${LAYOUTS.map(({ name }) => name).join(', ')}; ${wanted} is none.`);
    return found;
  });
}
