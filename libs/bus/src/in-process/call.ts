import type { OutgoingSlice, PublishOutcome } from '../api/log-publisher.js';
import { messageOf } from '../queue/pause.js';
import type { LaneEntry } from './lane.js';

/**
 * One call of `publish`: answered once when all its slices are stored, or at once when one is not.
 *
 * An answered call still takes room until its last slice has left the lanes: the store may be reading its bytes.
 */
export class Call {
  readonly startedAt = Date.now();
  private duplicates = 0;
  private left: number;
  private answered = false;

  /** `released`: called once, when no slice of the call is in a lane any more. */
  constructor(
    private readonly slices: number,
    private readonly resolve: (outcome: PublishOutcome) => void,
    private readonly released: () => void,
  ) {
    this.left = slices;
  }

  /** The call's part in one lane. */
  entry(slice: OutgoingSlice): LaneEntry {
    return {
      slice,
      isWanted: () => !this.answered,
      stored: (duplicate) => {
        if (duplicate) this.duplicates++;
        this.leave();
      },
      failed: (error) => {
        this.answer({ kind: 'unavailable', reason: messageOf(error) });
        this.leave();
      },
    };
  }

  /** The first answer counts. */
  answer(outcome: PublishOutcome): void {
    if (this.answered) return;
    this.answered = true;
    this.resolve(outcome);
  }

  private leave(): void {
    this.left--;
    if (this.left > 0) return;
    this.released();
    this.answer({ kind: 'durable', duplicate: this.duplicates === this.slices });
  }
}
