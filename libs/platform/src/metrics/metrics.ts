import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'rootspan_';

/** Seconds; from half a millisecond (a lone call) to half a minute (a store that is struggling). */
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A gauge by its type, but named as a counter: promtool refuses the name, and the gauge without the ending says the same. */
const MISNAMED_DEFAULTS = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * What the programs count and measure of themselves, one registry a process. Every program has all of them; what it
 * doesn't do stays at zero.
 */
export class Metrics {
  readonly registry = new Registry();

  /** Records acknowledged. */
  readonly accepted = this.counter('records_accepted_total', 'Records that were acknowledged as durable.');
  /** Records refused for what they hold. */
  readonly rejected = this.counter('records_rejected_total', 'Records that were refused because they break the contract.');
  /** Rows written. */
  readonly stored = this.counter('records_stored_total', 'Records that were written to the log store.');
  /** Parts of keyed calls that had been stored before: slices, not records. */
  readonly duplicate = this.counter(
    'slices_duplicate_total',
    'Parts of keyed calls that were left out because an earlier try had stored them.',
  );
  readonly deadLettered = this.counter(
    'records_dead_lettered_total',
    'Records that were put aside because they can not be stored.',
  );

  readonly tails = this.gauge('live_tails', 'Live tails that are open.');
  readonly tailMissed = this.counter(
    'tail_records_missed_total',
    'Records that slow readers of live tails were told to have missed.',
  );

  /** As of this process's last run of maintenance. */
  readonly partitions = this.gauge('partitions', 'Partitions that the log records lie in, by time of receipt.');
  readonly retryKeys = this.gauge('retry_keys', 'Keys of calls that are remembered to recognize retries; an estimate.');
  readonly partitionsDropped = this.counter('partitions_dropped_total', 'Partitions that retention has dropped.');
  readonly maintenanceFailures = this.counter(
    'maintenance_failures_total',
    'Runs of the maintenance of the log store that failed; each is tried again.',
  );

  /** Messages between the store and the end of the topic. */
  private readonly consumerLag = new Gauge({
    name: `${PREFIX}consumer_lag_messages`,
    help: 'Messages on the bus that are not stored yet.',
    labelNames: ['partition'],
    registers: [this.registry],
    collect: () => this.readLag(),
  });

  /** From a call's receipt to its acknowledgement. Seconds; label rpc. */
  readonly ackLatency = this.histogram('ack_duration_seconds', 'Time from the receipt of a call to its acknowledgement.', [
    'rpc',
  ]);
  readonly storeBatchLatency = this.histogram('store_batch_duration_seconds', 'Time to write one batch to the log store.', []);
  /** From the receipt of a trace's first error to its DAG being readable. Seconds. */
  readonly dagDelay = this.histogram(
    'dag_delay_seconds',
    "Time from the receipt of a trace's first error until its DAG can be read.",
    [],
  );
  /** Seconds; labels rpc and code (`ok` or a code of the error catalogue). */
  readonly queryLatency = this.histogram('query_duration_seconds', 'Time to answer a query.', ['rpc', 'code']);

  private lag: (() => ReadonlyMap<number, bigint>) | null = null;

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    for (const name of MISNAMED_DEFAULTS) {
      this.registry.removeSingleMetric(PREFIX + name);
    }
  }

  /** Where the lag is read from whenever the metrics are asked for: messages by partition. */
  observeLag(lag: () => ReadonlyMap<number, bigint>): void {
    this.lag = lag;
  }

  /** Messages on the bus that are not stored yet; null in a program that does not read the bus. */
  lagMessages(): number | null {
    return this.lag === null ? null : [...this.lag().values()].reduce((sum, messages) => sum + Number(messages), 0);
  }

  private readLag(): void {
    this.consumerLag.reset();
    for (const [partition, messages] of this.lag?.() ?? [])
      this.consumerLag.set({ partition: String(partition) }, Number(messages));
  }

  private counter(name: string, help: string) {
    return new Counter({ name: PREFIX + name, help, registers: [this.registry] });
  }

  private gauge(name: string, help: string) {
    return new Gauge({ name: PREFIX + name, help, registers: [this.registry] });
  }

  private histogram<const T extends string>(name: string, help: string, labelNames: readonly T[]) {
    return new Histogram({
      name: PREFIX + name,
      help,
      labelNames: [...labelNames],
      buckets: LATENCY_BUCKETS,
      registers: [this.registry],
    });
  }
}

/** Seconds since `start`, a reading of `process.hrtime.bigint()`. */
export function secondsSince(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e9;
}
