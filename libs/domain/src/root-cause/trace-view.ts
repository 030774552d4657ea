import { itemAt } from '../error-dag/item-at.js';
import { NO_PARENT } from '../error-dag/span-forest.js';
import type { SpanSummary } from '../error-dag/span-summary.js';
import type { Instant } from '../instant.js';
import type { CallTree } from './call-tree.js';
import { offsetsOf } from './clock-offsets.js';
import { isHandOver } from './hand-over.js';
import { serviceName, type ServiceName } from './peer-names.js';
import type { Failure } from './span-failures.js';
import { millisSince, type SpanStory } from './span-story.js';

/** No failure. */
export const NO_FAILURES: readonly Failure[] = [];

/**
 * A failed trace as the rules look at it. Places are those of the call tree; a missing parent's place has no story.
 * Times are ms since the epoch of the trace by one clock: each service's offset from its caller is taken off (clock-offsets.ts).
 */
export class TraceView {
  /** By place. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** The latest sign of life below a place, itself included, work that was handed over left out. */
  readonly subtreeLast: Float64Array;
  private readonly offsets: Float64Array;
  private readonly handedOver: Uint8Array;
  private readonly names = new Map<string, ServiceName>();
  private knownNames: ReadonlySet<string> | null = null;

  constructor(
    readonly tree: CallTree,
    readonly epoch: Instant,
    private readonly stories: readonly SpanStory[],
    private readonly failuresOf: ReadonlyMap<number, readonly Failure[]>,
  ) {
    const { size, spans, childrenOf, order } = tree;
    this.first = new Float64Array(size).fill(Infinity);
    this.last = new Float64Array(size).fill(-Infinity);
    spans.forEach((span, place) => {
      this.first[place] = millisSince(epoch, span.firstTime);
      this.last[place] = millisSince(epoch, span.lastTime);
    });
    for (let place = spans.length; place < size; place++) {
      for (const child of itemAt(childrenOf, place)) {
        this.first[place] = Math.min(itemAt(this.first, place), itemAt(this.first, child));
        this.last[place] = Math.max(itemAt(this.last, place), itemAt(this.last, child));
      }
    }
    this.handedOver = Uint8Array.from({ length: size }, (_, place) => Number(isHandOver(this, place)));
    this.offsets = offsetsOf(this);
    this.offsets.forEach((offset, place) => {
      this.first[place] = itemAt(this.first, place) + offset;
      this.last[place] = itemAt(this.last, place) + offset;
    });
    this.subtreeLast = Float64Array.from(this.last);
    for (let i = order.length - 1; i >= 0; i--) {
      const place = itemAt(order, i);
      const parent = itemAt(tree.parentOf, place);
      if (parent === NO_PARENT || this.isHandedOver(place)) continue;
      this.subtreeLast[parent] = Math.max(itemAt(this.subtreeLast, parent), itemAt(this.subtreeLast, place));
    }
  }

  /** Undefined for a missing parent. */
  spanAt(place: number): SpanSummary | undefined {
    return this.tree.spans[place];
  }

  story(place: number): SpanStory | undefined {
    return this.stories[place];
  }

  failures(place: number): readonly Failure[] {
    return this.failuresOf.get(place) ?? NO_FAILURES;
  }

  /** Empty for a missing parent. */
  service(place: number): string {
    return this.spanAt(place)?.service ?? '';
  }

  serviceName(place: number): ServiceName {
    const service = this.service(place);
    let name = this.names.get(service);
    if (name === undefined) {
      name = serviceName(service);
      this.names.set(service, name);
    }
    return name;
  }

  /** True where a service of the trace goes by this name, in lower case, or by a form of it. */
  knowsService(name: string): boolean {
    this.knownNames ??= new Set(
      [...new Set(this.tree.spans.map(({ service }) => service))].flatMap((service) => serviceName(service).exact),
    );
    return serviceName(name).exact.some((form) => this.knownNames?.has(form));
  }

  /** ms to add to the clock of the place's service. */
  offset(place: number): number {
    return itemAt(this.offsets, place);
  }

  /** True where the place's work was handed over by a queue or an event: its parent does not wait for it. */
  isHandedOver(place: number): boolean {
    return this.handedOver[place] === 1;
  }
}
