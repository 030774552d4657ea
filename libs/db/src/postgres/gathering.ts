/** Bounds of a gathering. */
export interface GatherLimits {
  /** Runs under way at the same time. */
  readonly runs: number;
  /** Weight of one run, at which nothing more is added to it. A single item may be heavier. */
  readonly weight: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs work for several items at once: a lone item goes at once, what comes while all runs are taken waits and shares the next
 * one. Under load the runs grow by themselves, without a timer.
 */
export class Gathering<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = 0;

  /** @param work gives the results in the order of its items; where it rejects, all of them do */
  constructor(
    private readonly work: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly limits: GatherLimits,
  ) {}

  add(item: Item, weight: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, weight, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.running >= this.limits.runs || this.waiting.length === 0) return;
    this.running++;
    void this.run(this.take());
  }

  private take(): Waiting<Item, Result>[] {
    let weight = 0;
    const end = this.waiting.findIndex((entry, i) => (weight += entry.weight) > this.limits.weight && i > 0);
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }

  private async run(entries: readonly Waiting<Item, Result>[]): Promise<void> {
    const outcome = await settled(this.work(entries.map(({ item }) => item)));
    this.running--;
    // The next run first: whoever is told a result may take its time.
    this.next();
    entries.forEach(({ resolve, reject }, i) => {
      const result = outcome.results[i];
      if (result === undefined) reject(outcome.error);
      else resolve(result);
    });
  }
}

async function settled<T>(work: Promise<readonly T[]>): Promise<{ readonly results: readonly T[]; readonly error: unknown }> {
  try {
    return { results: await work, error: new RangeError('the work gave fewer results than it had items') };
  } catch (error) {
    return { results: [], error };
  }
}
