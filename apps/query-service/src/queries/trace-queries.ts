import { Inject, Injectable } from '@nestjs/common';
import {
  DAG_READER,
  LOG_READER,
  TRACE_SUMMARY_READER,
  type DagReader,
  type LogReader,
  type StoredDag,
  type TraceSummary,
  type TraceSummaryReader,
} from '#db';
import { ERROR_SEVERITY } from '#domain';
import { traceNotFound, type Caller } from '#platform';
import { traceIdOf } from './trace-id.js';

/** `built`: the DAG is there. `pending`: the trace has an error and no DAG yet. `none`: it has no error. */
export type DagState = 'built' | 'pending' | 'none';

/** A trace at a glance. */
export interface TraceOverview {
  readonly traceId: string;
  readonly summary: TraceSummary;
  readonly dagState: DagState;
  /** Null where it is not built. */
  readonly dag: StoredDag | null;
}

/** Questions about a trace as a whole. */
@Injectable()
export class TraceQueries {
  constructor(
    @Inject(TRACE_SUMMARY_READER) private readonly summaries: TraceSummaryReader,
    @Inject(DAG_READER) private readonly dags: DagReader,
    @Inject(LOG_READER) private readonly logs: LogReader,
  ) {}

  /**
   * Counts, services and times of a trace's records and spans, and its DAG where it has one; NOT_FOUND where the trace is
   * unknown.
   */
  async overview(caller: Caller, traceId: string, signal: AbortSignal): Promise<TraceOverview> {
    const { tenant } = caller;
    const id = traceIdOf(traceId);
    const [summary, dag] = await Promise.all([this.summaries.summary(tenant, id, signal), this.dags.byTrace(tenant, id, signal)]);
    if (summary === null) throw traceNotFound(id);
    return { traceId: id, summary, dag, dagState: dag !== null ? 'built' : await this.stateWithout(tenant, id, summary, signal) };
  }

  /** A summary that is cut may have missed the errors. */
  private async stateWithout(tenant: string, id: string, summary: TraceSummary, signal: AbortSignal): Promise<DagState> {
    if (summary.errorLogCount > 0 || summary.errorSpanCount > 0) return 'pending';
    if (!summary.truncated) return 'none';
    return ((await this.logs.worstSeverity(tenant, id, signal)) ?? 0) >= ERROR_SEVERITY ? 'pending' : 'none';
  }
}
