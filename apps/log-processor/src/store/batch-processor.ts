import { Inject, Injectable } from '@nestjs/common';
import { DEAD_LETTERS, type DeadLetters } from '#bus';
import { LOG_WRITER, type LogWriter, type StoreOutcome } from '#db';
import type { FetchedBatch } from '#domain';
import { Metrics, secondsSince } from '#platform';
import { DagBuilder } from '../dags/dag-builder.js';

/** Stores fetched batches, keeps aside what can't be stored, and wakes the DAG builder. */
@Injectable()
export class BatchProcessor {
  constructor(
    @Inject(LOG_WRITER) private readonly writer: LogWriter,
    @Inject(DEAD_LETTERS) private readonly deadLetters: DeadLetters,
    @Inject(DagBuilder) private readonly dagBuilder: DagBuilder,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Rejects with StoreUnavailableError where the database is away. */
  async process(batch: FetchedBatch): Promise<StoreOutcome> {
    const start = process.hrtime.bigint();
    const outcome = await this.writer.store(batch, async (letters) => {
      await this.deadLetters.put(letters);
      this.metrics.deadLettered.inc(letters.length);
    });
    if (outcome.kind === 'stored') {
      this.metrics.storeBatchLatency.observe(secondsSince(start));
      this.metrics.stored.inc(outcome.records);
      this.metrics.duplicate.inc(outcome.duplicates.filter(Boolean).length);
      if (outcome.errorTraces) this.dagBuilder.wake();
    }
    return outcome;
  }
}
