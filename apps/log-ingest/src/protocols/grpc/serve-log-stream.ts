import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { RootspanError, toServiceError } from '#platform';
import type { LogBatchAck } from '#proto';

/** The part of a grpc-js duplex call that is used here. */
export interface BatchStream {
  iterator(options: { readonly destroyOnReturn: false }): AsyncIterable<Buffer>;
  readonly cancelled: boolean;
  write(ack: LogBatchAck): boolean;
  end(): void;
  emit(event: 'error', error: Error): unknown;
  once(event: string, listener: () => void): unknown;
}

/** Batches of one stream that may be on their way to the store at once; more are not read from the socket. */
const WINDOW = 4;

/**
 * Serves one StreamLogs call: every batch is ingested as SendLogs would, acks come in the order of the batches.
 *
 * Backpressure is gRPC's own flow control: while `WINDOW` batches are on their way, or an ack can't be written, nothing
 * more is read, and the sender's window fills. An overload is waited out instead of being told. Any other error ends the
 * stream after the acks of the batches before it; what was not acked has to be sent again.
 *
 * @returns how many batches were acked.
 */
export async function serveLogStream(call: BatchStream, ingest: (batch: Buffer) => Promise<LogBatchAck>): Promise<number> {
  const slots = new Slots(WINDOW);
  let acked = 0;
  let failure: unknown;
  let acks: Promise<void> = Promise.resolve();
  const gone = new Promise<void>((resolve) => call.once('cancelled', resolve));
  // Plain iteration would destroy the duplex stream at the end of its reading side, with acks still to be written.
  for await (const batch of call.iterator({ destroyOnReturn: false })) {
    await Promise.race([slots.take(), gone]);
    if (failure !== undefined || call.cancelled) break;
    const ingested = ingestWaiting(call, batch, ingest);
    acks = acks.then(async () => {
      try {
        const ack = await ingested;
        if (failure !== undefined || call.cancelled) return;
        if (!call.write(ack)) await Promise.race([once(call as unknown as NodeJS.EventEmitter, 'drain'), gone]);
        acked++;
      } catch (error) {
        failure ??= error;
      } finally {
        slots.give();
      }
    });
  }
  await acks;
  if (call.cancelled) return acked;
  if (failure === undefined) call.end();
  else call.emit('error', toServiceError(failure));
  return acked;
}

/** Ingests one batch, again and again while the answer is overload. */
async function ingestWaiting(
  call: BatchStream,
  batch: Buffer,
  ingest: (batch: Buffer) => Promise<LogBatchAck>,
): Promise<LogBatchAck> {
  for (;;) {
    try {
      return await ingest(batch);
    } catch (error) {
      const isOverload = error instanceof RootspanError && error.code === 'overloaded';
      if (!isOverload || call.cancelled) throw error;
      await pause(error.retryAfterMs ?? 100);
    }
  }
}

/** A counted number of places; `take` waits for a free one. */
class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  give(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }
}
