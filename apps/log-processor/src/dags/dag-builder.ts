import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import {
  DAG_WRITER,
  ERROR_TRACE_QUEUE,
  LOG_READER,
  SPAN_READER,
  StoreUnavailableError,
  type ClaimedTrace,
  type DagWriter,
  type ErrorTraceQueue,
  type LogReader,
  type SpanReader,
} from '#db';
import { DEFAULT_DAG_CAPS, buildErrorDag } from '#domain';
import { LOGGER, Metrics, type Logger } from '#platform';
import { StoreLoop } from '../store-loop.js';
import { STORE_READY, type StoreReady } from '../store-ready.js';
import { newDagOf } from './new-dag.js';

const CLAIM_LIMIT = 32;
/** Far above what a build takes; a builder that is frozen longer loses the trace to another. */
const LEASE_MS = 30_000;
/** A trace that gets records all the time is rebuilt at most this often, */
const REST_MS = 250;
/** and rests so many times as long as its build took: one huge trace must not harm the others. */
const REST_PER_WORK = 20;
const LONGEST_REST_MS = 60_000;
/** Work raised by other processes is found this late at worst. */
const IDLE_POLL_MS = 500;
const AWAY_PAUSE_MS = 1_000;
const MAX_ATTEMPTS = 5;
/** Traces of up to so many records are read together: 32 of them, with 4 KiB of message each, stay below 32 MiB. */
const SMALL_TRACE_RECORDS = 200;
/** Spans that are read of a large trace: twice those that a DAG holds, so that ancestors of failed ones are mostly among them. */
const MAX_TRACE_SPANS = 2 * DEFAULT_DAG_CAPS.spans;

/**
 * Keeps the DAG of every failed trace in step with its records and spans.
 *
 * Loop: claim due traces (a lease, nothing locked) -> read the records, then the spans -> build -> write the DAG unless a
 * newer one is there -> say that this version is built. The version is read by the claim, before the records, so records that come
 * in between make the trace due again. Killed or frozen anywhere, the lease runs out and another builder takes over;
 * a trace whose build fails again and again is parked with its reason; a database that is away only pauses the loop.
 */
@Injectable()
export class DagBuilder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly owner = randomUUID();
  private readonly loop = new StoreLoop();
  private away = false;

  constructor(
    @Inject(ERROR_TRACE_QUEUE) private readonly queue: ErrorTraceQueue,
    @Inject(LOG_READER) private readonly logs: LogReader,
    @Inject(SPAN_READER) private readonly spans: SpanReader,
    @Inject(DAG_WRITER) private readonly dags: DagWriter,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(STORE_READY) private readonly storeReady: StoreReady,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start(this.storeReady, () => this.turn());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Says that there may be work now. */
  wake(): void {
    this.loop.wake();
  }

  /** @returns milliseconds until the next turn: none as long as there is work */
  private async turn(): Promise<number> {
    try {
      const claimed = await this.queue.claim(this.owner, CLAIM_LIMIT, LEASE_MS);
      this.noteAway(false);
      if (claimed.length === 0) return Math.min(IDLE_POLL_MS, (await this.queue.nextDueInMs()) ?? IDLE_POLL_MS);
      await this.work(claimed);
      return 0;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) this.logger.error({ err: error }, 'The DAG builder failed and tries again.');
      this.noteAway(true, error);
      return AWAY_PAUSE_MS;
    }
  }

  /**
   * Builds the claimed traces: those that never failed and are small together, in five round trips; the others one by one, so
   * that what is wrong with one trace stands alone. Rejects only where a database is away.
   */
  private async work(claimed: readonly ClaimedTrace[]): Promise<void> {
    const alone = new Set(claimed.filter(({ attempts }) => attempts > 1));
    const together = claimed.filter((trace) => !alone.has(trace));
    try {
      for (const trace of await this.buildTogether(together)) alone.add(trace);
    } catch (error) {
      if (error instanceof StoreUnavailableError) {
        for (const trace of claimed) await this.queue.postponed(this.owner, trace, AWAY_PAUSE_MS);
        throw error;
      }
      for (const trace of together) alone.add(trace);
    }
    for (const trace of alone) await this.workAlone(trace);
  }

  /** @returns the traces that are too large for it */
  private async buildTogether(traces: readonly ClaimedTrace[]): Promise<readonly ClaimedTrace[]> {
    if (traces.length === 0) return [];
    const found = await this.logs.smallTraces(traces, SMALL_TRACE_RECORDS);
    const foundSpans = await this.spans.smallTraces(traces, SMALL_TRACE_RECORDS);
    const small = traces.flatMap((trace, i) => {
      const records = found[i] ?? null;
      const traceSpans = foundSpans[i] ?? null;
      if (records === null || traceSpans === null) return [];
      return [{ trace, records, dag: buildErrorDag(records, { traceSpans, traceId: trace.traceId }) }];
    });
    await this.dags.put(small.flatMap(({ trace, records, dag }) => (dag === null ? [] : [newDagOf(trace, dag, records)])));
    await this.noteBuilt(small.map(({ trace }) => trace));
    const built = new Set(small.map(({ trace }) => trace));
    return traces.filter((trace) => !built.has(trace));
  }

  /** Builds one trace; rejects only where the log database is away. */
  private async workAlone(trace: ClaimedTrace): Promise<void> {
    try {
      // A builder that died over this trace could not say so: its attempts say it.
      if (trace.attempts > MAX_ATTEMPTS) throw new Error('The program ended while it built this DAG, several times.');
      await this.build(trace);
    } catch (error) {
      if (error instanceof StoreUnavailableError) {
        await this.queue.postponed(this.owner, trace, AWAY_PAUSE_MS);
        throw error;
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(
        { err: error, tenant: trace.tenant, traceId: trace.traceId, attempts: trace.attempts },
        'A DAG could not be built.',
      );
      await this.queue.failed(this.owner, trace, reason, MAX_ATTEMPTS);
    }
  }

  private async build(trace: ClaimedTrace): Promise<void> {
    const { tenant, traceId } = trace;
    const start = performance.now();
    const { records, ...ofLogs } = await this.logs.traceRecords(tenant, traceId, DEFAULT_DAG_CAPS.records);
    const { spans, ...ofSpans } = await this.spans.traceSpans(tenant, traceId, MAX_TRACE_SPANS);
    const truncated = ofLogs.truncated || ofSpans.truncated;
    const dag = buildErrorDag(records, { traceSpans: spans, traceId });
    if (dag !== null) await this.dags.put([newDagOf(trace, truncated ? { ...dag, truncated } : dag, records)]);
    await this.noteBuilt([trace], restAfter(performance.now() - start));
  }

  private async noteBuilt(traces: readonly ClaimedTrace[], restMs = REST_MS): Promise<void> {
    await this.queue.built(this.owner, traces, restMs);
    for (const { first, firstErrorReceivedAt } of traces) {
      if (first && firstErrorReceivedAt > 0) this.metrics.dagDelay.observe(Math.max(0, Date.now() - firstErrorReceivedAt) / 1000);
    }
  }

  /** One line where a database goes away and one where it is back, not one a second. */
  private noteAway(away: boolean, error?: unknown): void {
    if (away === this.away) return;
    this.away = away;
    if (away) this.logger.warn({ reason: String(error) }, 'DAGs wait: a database is not available.');
    else this.logger.info('DAGs are built again.');
  }
}

function restAfter(workMs: number): number {
  return Math.min(Math.max(REST_MS, Math.round(workMs * REST_PER_WORK)), LONGEST_REST_MS);
}
