import type { DagRetention, SweptDags } from '../api/dag-retention.js';
import type { Database } from './database.js';

export interface DagRetentionOptions {
  /** Rows that a statement deletes at most. Default 1,000: a DAG may be megabytes. */
  readonly chunkRows?: number;
}

/** By the database's clock, which stamped the rows. */
const OLD = "now() - $1 * interval '1 ms'";

const DAGS = `
  WITH gone AS (
    DELETE FROM dags WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM dags WHERE updated_at < ${OLD} ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1
  ) SELECT count(*)::integer AS rows FROM gone`;

/** Locked first and looked at again by the next statement, which sees what builders committed before they let go of a row. */
const LOCK_PATTERNS = `
  SELECT p.tenant, p.id FROM patterns p
  WHERE p.state = 'open' AND (p.tenant, p.id) > ($1, $2)
    AND NOT EXISTS (SELECT FROM dags d WHERE d.tenant = p.tenant AND d.pattern_id = p.id)
  ORDER BY p.tenant, p.id LIMIT $3 FOR UPDATE OF p`;
const DELETE_PATTERNS = `
  WITH gone AS (
    DELETE FROM patterns p USING unnest($1::text[], $2::text[]) AS k (tenant, id)
    WHERE p.tenant = k.tenant AND p.id = k.id AND p.state = 'open'
      AND NOT EXISTS (SELECT FROM dags d WHERE d.tenant = p.tenant AND d.pattern_id = p.id)
    RETURNING p.tenant, p.id
  ), hours AS (
    DELETE FROM pattern_hours h USING gone WHERE h.tenant = gone.tenant AND h.pattern_id = gone.id
  ) SELECT count(*)::integer AS rows FROM gone`;

/** DagRetention on PostgreSQL. */
export class PostgresDagRetention implements DagRetention {
  private readonly chunkRows: number;

  constructor(
    private readonly database: Database,
    { chunkRows = 1_000 }: DagRetentionOptions = {},
  ) {
    this.chunkRows = chunkRows;
  }

  async sweep(maxAgeMs: number, signal: AbortSignal, onProgress?: (dags: number) => void): Promise<SweptDags> {
    let dags = 0;
    for (let rows = this.chunkRows; rows === this.chunkRows;) {
      const values = [maxAgeMs, this.chunkRows];
      const [gone] = await this.database.query<{ rows: number }>({ name: 'sweep-dags', text: DAGS, values }, signal);
      rows = gone?.rows ?? 0;
      dags += rows;
      if (rows > 0) onProgress?.(dags);
    }
    return { dags, patterns: await this.sweepPatterns(signal) };
  }

  private async sweepPatterns(signal: AbortSignal): Promise<number> {
    let total = 0;
    for (let after = { tenant: '', id: '' }; ;) {
      const { tenant, id } = after;
      const chunk = await this.database.transaction(async (client) => {
        const values = [tenant, id, this.chunkRows];
        const { rows } = await client.query<{ tenant: string; id: string }>({
          name: 'lock-patterns',
          text: LOCK_PATTERNS,
          values,
        });
        const keys = [rows.map((row) => row.tenant), rows.map((row) => row.id)];
        const gone = await client.query<{ rows: number }>({ name: 'sweep-patterns', text: DELETE_PATTERNS, values: keys });
        total += gone.rows[0]?.rows ?? 0;
        return rows;
      }, signal);
      const last = chunk.at(-1);
      if (last === undefined || chunk.length < this.chunkRows) return total;
      after = last;
    }
  }
}
