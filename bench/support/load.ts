import { setTimeout as pause } from 'node:timers/promises';
import { durationsOf, type Durations } from './percentiles.js';
import { openSender, type Mode, type Sender } from './senders.js';

export interface LoadOptions {
  /** host:port of the ingest service. */
  readonly address: string;
  readonly mode: Mode;
  readonly batchSize: number;
  /** Calls under way at a time, over all connections. */
  readonly inFlight: number;
  readonly connections: number;
  /** Records a second; 0: as fast as they are taken. */
  readonly rate: number;
}

export interface LoadResult {
  readonly acked: number;
  readonly seconds: number;
  readonly ackMs: Durations;
  /** Answers of overload; the calls were sent again. */
  readonly overloaded: number;
  /** Answers of UNAVAILABLE; the calls were sent again, and have retry keys. */
  readonly unavailable: number;
  readonly recordBytes: number;
}

const AGAIN_PAUSE_MS = 20;

/** An endless row of calls that were encoded ahead, by their numbers from 0; the bytes are the caller's own. */
export interface BatchSource {
  /** Mean bytes of a record on the wire. */
  readonly recordBytes: number;
  /** Whether calls may be sent again where nobody knows whether they are stored. */
  readonly hasRetryKeys: boolean;
  batch(number: number): Buffer;
  /** A call of a single record. */
  record(number: number): Buffer;
}

/** Sends batches (or single records) that were encoded ahead and measures how they are acknowledged. */
export class Load {
  private readonly senders: readonly Sender[];
  private next = 0;

  constructor(
    private readonly batches: BatchSource,
    private readonly options: LoadOptions,
  ) {
    this.senders = Array.from({ length: options.connections }, () => openSender(options.address, options.mode));
  }

  /** Sends so many records more, rounded up to whole calls. */
  async run(records: number): Promise<LoadResult> {
    const { mode, batchSize, inFlight, rate } = this.options;
    const recordsOfCall = mode === 'unary' ? 1 : batchSize;
    const first = this.next;
    const end = first + Math.ceil(records / recordsOfCall);
    const ackMs: number[] = [];
    const again = { refused: 0, unavailable: 0 };
    const startedAt = performance.now();
    const worker = async (sender: Sender): Promise<void> => {
      while (this.next < end) {
        const call = this.next++;
        if (rate > 0) await untilTime(startedAt + ((call - first) * recordsOfCall * 1000) / rate);
        const bytes = mode === 'unary' ? this.batches.record(call) : this.batches.batch(call);
        const sentAt = performance.now();
        for (let outcome = await sender.send(bytes); outcome !== 'ok'; outcome = await sender.send(bytes)) {
          if (outcome === 'unavailable' && !this.batches.hasRetryKeys)
            throw new Error('the server is unavailable, and the calls have no retry keys');
          again[outcome]++;
          await pause(AGAIN_PAUSE_MS);
        }
        ackMs.push(performance.now() - sentAt);
      }
    };
    const workers = Array.from({ length: inFlight }, (_, i) => worker(this.senders[i % this.senders.length] as Sender));
    await Promise.all(workers);
    return {
      acked: (end - first) * recordsOfCall,
      seconds: (performance.now() - startedAt) / 1000,
      ackMs: durationsOf(ackMs),
      overloaded: again.refused,
      unavailable: again.unavailable,
      recordBytes: Math.round(this.batches.recordBytes),
    };
  }

  close(): void {
    for (const sender of this.senders) sender.close();
  }
}

async function untilTime(at: number): Promise<void> {
  const wait = at - performance.now();
  if (wait > 0) await pause(wait);
}
