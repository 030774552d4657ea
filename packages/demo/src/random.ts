/** Chance that is the same for the same seed (mulberry32), so that a demo, and a test on it, can be repeated. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 up to, but not, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** About `typical`, seldom several times that: as latencies are. */
  around(typical: number): number {
    return typical * (0.55 + 0.6 * this.next() + 1.8 * this.next() ** 6);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.between(0, options.length - 1)] ?? options[0];
  }

  /** So many hex digits, never all zero. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.between(1, 0xffff).toString(16).padStart(4, '0');
    return text.slice(0, digits);
  }
}
