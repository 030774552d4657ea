import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { BatchOutcome, LogSource } from '#bus';
import type { LogWriter } from '#db';
import type { FetchedBatch } from '#domain';

/** Tells Nest which handlers are for this server. */
export const LOG_BUS_TRANSPORT = Symbol('log-bus');

/** The pattern under which fetched batches reach their controller. */
export const FETCHED_BATCH = 'fetched-batch';

/**
 * Nest transport strategy that receives from a LogSource: one message is one fetched batch, and its answer is what the
 * store says of it. Kafka and the in-process bus come in by the same door, with guards, filters and interceptors.
 */
export class LogBusServer extends Server implements CustomTransportStrategy {
  override readonly transportId = LOG_BUS_TRANSPORT;

  constructor(
    private readonly source: LogSource,
    private readonly writer: LogWriter,
    /** Resolves once the bus may be read: topics and schemas are there. */
    private readonly ready: () => Promise<void>,
    private readonly onStartFailed: (error: unknown) => void,
  ) {
    super();
  }

  /** The server counts as listening at once; the source waits for its bus and its store by itself. */
  listen(callback: () => void): void {
    this.start().catch(this.onStartFailed);
    callback();
  }

  async close(): Promise<void> {
    await this.source.stop();
  }

  override on(): never {
    throw new Error('LogBusServer has no events.');
  }

  override unwrap<T>(): T {
    return this.source as T;
  }

  private async start(): Promise<void> {
    await this.ready();
    await this.source.start(
      (batch) => this.handle(batch),
      (source, partitions) => this.writer.readPositions(source, partitions),
    );
  }

  private async handle(batch: FetchedBatch): Promise<BatchOutcome> {
    const handler = this.getHandlerByPattern(FETCHED_BATCH);
    if (handler === null) throw new Error(`No controller handles ${FETCHED_BATCH}.`);
    return lastValueFrom(this.transformToObservable(await handler(batch)));
  }
}
