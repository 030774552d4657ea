import { Random } from './random.js';
import { cardDeclined, mailTemplate, paymentRetried, poolExhausted, searchCrash, stockLocked } from './stories/failing.js';
import { browse, buy, login } from './stories/healthy.js';
import { Story } from './story.js';

const SERVICES = ['web-gateway', 'checkout', 'payments', 'inventory', 'accounts', 'catalog', 'search', 'mailer'] as const;
const MINUTE_MS = 60_000;

/** A kind of trace, and how much of the traffic it is so many minutes before the end of the history (negative: after it). */
interface Kind {
  readonly tell: (story: Story) => void;
  readonly weight: (minutesBefore: number) => number;
}

const always = (weight: number) => () => weight;
const KINDS: readonly Kind[] = [
  { tell: browse, weight: always(60) },
  { tell: login, weight: always(17) },
  { tell: buy, weight: always(18) },
  { tell: cardDeclined, weight: always(0.9) },
  { tell: paymentRetried, weight: always(0.35) },
  { tell: mailTemplate, weight: always(0.3) },
  // An incident that came and went.
  { tell: stockLocked, weight: (minutes) => (minutes > 18 && minutes < 27 ? 6 : 0.05) },
  { tell: poolExhausted, weight: (minutes) => (minutes > 18 && minutes < 25 ? 1.6 : 0.08) },
  // A release that brought a crash and is still out.
  { tell: searchCrash, weight: (minutes) => (minutes < 12 ? 1.5 : 0) },
];

/** Traffic of a shop of eight services. */
export class Traffic {
  private readonly random: Random;
  private readonly hosts: ReadonlyMap<string, string>;

  /** @param endMs where the history ends, epoch milliseconds: incidents are placed by it */
  constructor(
    seed: number,
    private readonly endMs: number,
  ) {
    this.random = new Random(seed);
    this.hosts = new Map(SERVICES.map((service) => [service, `${service}-${this.random.hex(5)}`]));
  }

  /** A trace that begins at about that time. @param tell what kind; by chance where none is given */
  trace(atMs: number, tell = this.kindAt(atMs)): Story {
    const story = new Story(this.random, atMs + this.random.next() * 900, this.hosts);
    tell(story);
    return story;
  }

  /** How many traces begin in that second: the rate goes up and down over minutes, and jitters. */
  tracesIn(atMs: number, rate: number): number {
    const wave = 1 + 0.32 * Math.sin(atMs / (7 * MINUTE_MS)) + 0.14 * Math.sin(atMs / (1.7 * MINUTE_MS));
    const wanted = rate * wave * (0.7 + 0.6 * this.random.next());
    return Math.floor(wanted) + (this.random.chance(wanted % 1) ? 1 : 0);
  }

  private kindAt(atMs: number): Kind['tell'] {
    const minutes = (this.endMs - atMs) / MINUTE_MS;
    const weights = KINDS.map(({ weight }) => weight(minutes));
    let left = this.random.next() * weights.reduce((sum, one) => sum + one, 0);
    const found = KINDS.find((_, i) => (left -= weights[i] ?? 0) < 0);
    return found?.tell ?? browse;
  }
}
