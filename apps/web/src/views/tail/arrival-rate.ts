/** Records a second over the last seconds. Times are milliseconds of a clock that never goes back. */
export class ArrivalRate {
  private readonly arrivals: { readonly at: number; readonly count: number }[] = [];

  constructor(private readonly overMs: number) {}

  note(count: number, now: number): void {
    this.arrivals.push({ at: now, count });
  }

  at(now: number): number {
    while ((this.arrivals[0]?.at ?? now) < now - this.overMs) this.arrivals.shift();
    return this.arrivals.reduce((sum, { count }) => sum + count, 0) / (this.overMs / 1_000);
  }
}
