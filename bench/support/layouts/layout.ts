/** A way to store the rows of `logs`, compared with others under the same rows. */
export interface Layout {
  readonly name: string;
  /** What is expected of it, in a sentence. */
  readonly why: string;
  /** Statements that change the product's columns before there are indexes and partitions. */
  readonly changes: readonly string[];
  /** Type of the column `trace_id`, as the rows are sent. */
  readonly traceId: TraceIdType;
  /** Each is what follows `CREATE INDEX ON logs`; `product`: those that the migrations make. */
  readonly indexes: 'product' | readonly string[];
  /** Partitions that the same rows are divided into, by time of receipt. */
  readonly partitions: number;
  /** PostgreSQL settings of the database; a lay-out is left out where the server was built without a value. */
  readonly settings: Readonly<Record<string, string>>;
  /** The condition that finds a trace ($1 trace, $2 tenant); null: no index serves it, it would read the whole table. */
  readonly lookUp: string | null;
  /** Whether an index serves the newest logs. */
  readonly newest: boolean;
}

export type TraceIdType = 'text' | 'uuid';

/** The condition of the product's own statements. */
export const BY_TRACE_HASH = 'hashtextextended(trace_id, 0) = hashtextextended($1, 0) AND trace_id = $1 AND tenant = $2';
/** Where an index holds whole trace ids. */
export const BY_TRACE_ID = 'trace_id = $1 AND tenant = $2';

/** The product's columns in one partition. */
const PLAIN = {
  changes: [],
  traceId: 'text',
  indexes: 'product',
  partitions: 1,
  settings: {},
  lookUp: BY_TRACE_HASH,
  newest: true,
} satisfies Omit<Layout, 'name' | 'why'>;

/** The product's lay-out but for what is given. */
export function layout(name: string, why: string, different: Partial<Omit<Layout, 'name' | 'why'>> = {}): Layout {
  return { name, why, ...PLAIN, ...different };
}
