import { Inject, Injectable } from '@nestjs/common';
import { DAG_READER, LOG_READER, type DagReader, type LogReader, type StoredDag } from '#db';
import { ERROR_SEVERITY } from '#domain';
import { traceDagPending, traceHasNoError, traceNotFound, type Caller } from '#platform';
import { dagToWire, type Dag, type DagList } from '#proto';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { dagCursorOf, dagTokenOf } from './page-token.js';
import { traceIdOf } from './trace-id.js';

/** Questions about error DAGs; the transports (gRPC and REST) only translate. */
@Injectable()
export class DagQueries {
  constructor(
    @Inject(DAG_READER) private readonly dags: DagReader,
    @Inject(LOG_READER) private readonly logs: LogReader,
  ) {}

  /** All DAGs, the newest first error first. */
  async list(caller: Caller, pageSize: number, pageToken: string, signal: AbortSignal): Promise<DagList> {
    const page = await this.dags.newest({
      tenant: caller.tenant,
      limit: pageSizeOf(pageSize),
      maxBytes: MAX_PAGE_BYTES,
      after: dagCursorOf('dags', pageToken),
      signal,
    });
    const last = page.dags.at(-1);
    const next =
      page.more && last !== undefined
        ? dagTokenOf('dags', { firstErrorTime: last.dag.firstErrorTime, traceId: last.traceId })
        : '';
    return { dags: page.dags.map(dagToWire), nextPageToken: next };
  }

  /** One trace's DAG; NOT_FOUND says whether the trace is unknown, has no error, or is too fresh. */
  async ofTrace(caller: Caller, traceId: string, signal: AbortSignal): Promise<Dag> {
    return dagToWire(await this.storedOf(caller, traceId, signal));
  }

  /** The same, as pictures are made of it. */
  async storedOf(caller: Caller, traceId: string, signal: AbortSignal): Promise<StoredDag> {
    const stored = await this.dags.byTrace(caller.tenant, traceIdOf(traceId), signal);
    if (stored !== null) return stored;
    const worst = await this.logs.worstSeverity(caller.tenant, traceId, signal);
    if (worst === null) throw traceNotFound(traceId);
    throw worst < ERROR_SEVERITY ? traceHasNoError(traceId) : traceDagPending(traceId);
  }
}
