import { setTimeout as pause } from 'node:timers/promises';
import { RootspanError, toServiceError } from '#platform';
import type { LogBatchAck } from '#proto';

/** The part of a grpc-js duplex call that is used here. */
export interface BatchStream {
  readonly cancelled: boolean;
  on(event: 'data', listener: (batch: Buffer) => void): unknown;
  once(event: 'end' | 'cancelled' | 'drain', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  write(ack: LogBatchAck): boolean;
  end(): void;
  emit(event: 'error', error: Error): unknown;
}

/** Batches of one stream that may be on their way to the store at once; the next is not taken from the socket. */
const WINDOW = 4;
const DEFAULT_RETRY_MS = 100;

/**
 * Serves one StreamLogs call: every batch is ingested as SendLogs would, acks come in the order of the batches.
 *
 * Backpressure is gRPC's own flow control: while `WINDOW` batches are on their way, or an ack can't be written, nothing
 * more is read, and the sender's window fills. An overload is waited out instead of being told. Any other error ends the
 * stream after the acks of the batches before it; what was not acked has to be sent again.
 *
 * Events instead of `for await`: the iterator of a duplex stream destroys it at its end, with acks still to be written.
 *
 * @returns how many batches were acked, once the stream is answered or its caller has gone.
 */
export function serveLogStream(call: BatchStream, ingest: (batch: Buffer) => Promise<LogBatchAck>): Promise<number> {
  return new Promise((resolve) => {
    let underWay = 0;
    let acked = 0;
    let ended = false;
    let over = false;
    let turns: Promise<void> = Promise.resolve();

    const finish = (failure?: unknown): void => {
      if (over) return;
      over = true;
      if (failure !== undefined) call.emit('error', toServiceError(failure));
      else if (!call.cancelled) call.end();
      resolve(acked);
    };
    const ack = async (ingested: Promise<LogBatchAck>): Promise<void> => {
      try {
        const answer = await ingested;
        if (over) return;
        acked++;
        if (!call.write(answer)) await new Promise<void>((drained) => void call.once('drain', drained));
      } catch (error) {
        finish(error);
      }
      underWay--;
      if (!over) call.resume();
      if (ended && underWay === 0) finish();
    };

    call.on('data', (batch) => {
      if (over) return;
      if (++underWay >= WINDOW) call.pause();
      const ingested = ingestWaiting(batch, ingest, () => over);
      // Its turn to be awaited may come after it has failed.
      ingested.catch(() => undefined);
      turns = turns.then(() => ack(ingested));
    });
    call.once('end', () => {
      ended = true;
      if (underWay === 0) finish();
    });
    call.once('cancelled', () => finish());
  });
}

/** Ingests one batch, again and again while the answer is overload and somebody waits for it. */
async function ingestWaiting(
  batch: Buffer,
  ingest: (batch: Buffer) => Promise<LogBatchAck>,
  isOver: () => boolean,
): Promise<LogBatchAck> {
  for (;;) {
    try {
      return await ingest(batch);
    } catch (error) {
      if (!(error instanceof RootspanError) || error.code !== 'overloaded' || isOver()) throw error;
      await pause(error.retryAfterMs ?? DEFAULT_RETRY_MS);
    }
  }
}
