import type { ServiceMap, ServiceMapReader, ServiceMapRequest } from '../api/service-map.js';
import type { Database } from './database.js';
import {
  countRows,
  estimateRows,
  readSampledServiceMap,
  readWholeServiceMap,
  type ServiceMapRow,
} from './sql/read-service-map.js';

/** Bounds of the work for one map. */
export interface ServiceMapBounds {
  /** Up to so many records every one is counted: a second of PostgreSQL's time. */
  readonly countedRows: number;
  /** Else about so many are drawn, each of which costs two look-ups by trace. */
  readonly sampledRows: number;
}

const DEFAULT_BOUNDS: ServiceMapBounds = { countedRows: 400_000, sampledRows: 10_000 };

/**
 * ServiceMapReader on PostgreSQL: counted from the records when it is asked for, at no cost to their storing, and within a bound
 * whatever the range holds (ADR 013).
 */
export class PostgresServiceMap implements ServiceMapReader {
  constructor(
    private readonly database: Database,
    private readonly bounds: ServiceMapBounds = DEFAULT_BOUNDS,
  ) {}

  async read(request: ServiceMapRequest): Promise<ServiceMap> {
    const { countedRows, sampledRows } = this.bounds;
    const { signal } = request;
    const [counted] = await this.database.query<{ rows: number }>(countRows(request, countedRows + 1), signal);
    if ((counted?.rows ?? 0) <= countedRows) return mapOf(await this.whole(request), 1);
    const share = Math.min(1, sampledRows / Math.max(countedRows, await this.estimate(request)));
    // The planner may be wrong about the rows, never about the share of blocks that it was told to read.
    const rows = await this.database.query<ServiceMapRow>(readSampledServiceMap(request, share * 100, sampledRows * 4), signal);
    return mapOf(rows, share);
  }

  /**
   * In the first minute of a new store there are no statistics: the planner takes the spans for a handful and would join them in
   * a nested loop, minutes of work in place of a moment.
   */
  private async whole(request: ServiceMapRequest): Promise<ServiceMapRow[]> {
    return this.database.transaction(async (client) => {
      await client.query('SET LOCAL enable_nestloop = off');
      return (await client.query<ServiceMapRow>(readWholeServiceMap(request))).rows;
    }, request.signal);
  }

  private async estimate(request: ServiceMapRequest): Promise<number> {
    interface Plan {
      readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
    }
    const [row] = await this.database.query<Plan & Record<string, unknown>>(estimateRows(request), request.signal);
    return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
  }
}

function mapOf(rows: readonly ServiceMapRow[], share: number): ServiceMap {
  const figures = rows.map(({ source, target, spans, failures }) => ({
    source,
    target,
    spans: Math.round(Number(spans) / share),
    failures: Math.round(Number(failures) / share),
  }));
  const services = figures.flatMap(({ source, target, spans, failures }) =>
    source === null ? [{ service: target, spans, failures }] : [],
  );
  const calls = figures.flatMap(({ source, target, spans, failures }) =>
    source === null ? [] : [{ source, target, calls: spans, failures }],
  );
  return { services, calls, share };
}
