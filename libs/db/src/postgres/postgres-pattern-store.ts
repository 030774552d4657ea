import type {
  PatternPage,
  PatternPageRequest,
  PatternReader,
  PatternState,
  PatternStateWriter,
  StoredPattern,
} from '../api/pattern-store.js';
import type { Database } from './database.js';
import {
  patternHourOfRow,
  patternOfRow,
  patternTraceOfRow,
  readPattern,
  readPatternHours,
  readPatternPage,
  readPatternTraces,
  writePatternState,
  type PatternHourRow,
  type PatternPageRow,
  type PatternRow,
  type PatternTraceRow,
} from './sql/read-patterns.js';

/** PatternReader and PatternStateWriter on PostgreSQL: the tables patterns, pattern_hours and dags of the DAG database. */
export class PostgresPatternStore implements PatternReader, PatternStateWriter {
  constructor(private readonly database: Database) {}

  async list(request: PatternPageRequest): Promise<PatternPage> {
    const rows = await this.database.query<PatternPageRow>(readPatternPage(request), request.signal);
    const last = rows.at(-1);
    const more = last !== undefined && last.found > rows.length;
    return { patterns: rows.map(patternOfRow), next: more ? { key: BigInt(last.key), id: last.id } : null };
  }

  async byId(tenant: string, id: string, signal?: AbortSignal): Promise<StoredPattern | null> {
    const [row] = await this.database.query<PatternRow>(readPattern(tenant, id), signal);
    return row === undefined ? null : patternOfRow(row);
  }

  async traces({ tenant, id, limit, after, signal }: Parameters<PatternReader['traces']>[0]) {
    const rows = await this.database.query<PatternTraceRow>(readPatternTraces(tenant, id, limit + 1, after), signal);
    return { traces: rows.slice(0, limit).map(patternTraceOfRow), more: rows.length > limit };
  }

  async timeline({ tenant, id, from, to, limit, signal }: Parameters<PatternReader['timeline']>[0]) {
    const rows = await this.database.query<PatternHourRow>(readPatternHours(tenant, id, limit, from, to), signal);
    return rows.map(patternHourOfRow).reverse();
  }

  async setState(tenant: string, id: string, state: PatternState, signal?: AbortSignal): Promise<StoredPattern | null> {
    await this.database.query(writePatternState(tenant, id, state), signal);
    return this.byId(tenant, id, signal);
  }
}
