/** Links, and events, that a span may have at most. OpenTelemetry's SDKs send 128 of each where nobody says otherwise. */
export const MAX_SPAN_PARTS = 1_024;
/** Start and end of three texts. */
const NUMBERS_A_PART = 6;

/** Where the texts of a span's links, or of its events, lie: both are messages of three texts, numbered 1, 2 and 3. */
export class SpanParts {
  /** All that were sent; ranges are kept of the first MAX_SPAN_PARTS only. */
  count = 0;
  /** Six numbers a part: start and end of text 1, 2 and 3. */
  ranges = new Int32Array(8 * NUMBERS_A_PART);

  /** @returns the place of its six numbers, all 0; -1 where no more are kept */
  add(): number {
    if (this.count++ >= MAX_SPAN_PARTS) return -1;
    const at = (this.count - 1) * NUMBERS_A_PART;
    if (at === this.ranges.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.ranges);
      this.ranges = grown;
    } else this.ranges.fill(0, at, at + NUMBERS_A_PART);
    return at;
  }

  /** How many of them ranges are kept of. */
  get kept(): number {
    return Math.min(this.count, MAX_SPAN_PARTS);
  }

  /** Calls `take` with the ranges of each part that is kept, until it gives something else than null. */
  first<T>(take: (place: number, one: Range, two: Range, three: Range) => T | null): T | null {
    for (let place = 0; place < this.kept; place++) {
      const at = place * NUMBERS_A_PART;
      const found = take(place, this.range(at), this.range(at + 2), this.range(at + 4));
      if (found !== null) return found;
    }
    return null;
  }

  private range(at: number): Range {
    return { start: this.ranges[at] ?? 0, end: this.ranges[at + 1] ?? 0 };
  }
}

/** Bytes from `start` to before `end`; equal where a text is absent or empty. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the fields of one serialized `logs.Span` lie in its buffer; as LogFields, used again for every span.
 *
 * A text field is the bytes from `…Start` to `…End`; an absent or empty one has both equal.
 */
export class SpanFields {
  traceIdStart = 0;
  traceIdEnd = 0;
  parentIdStart = 0;
  parentIdEnd = 0;
  spanIdStart = 0;
  spanIdEnd = 0;
  serviceStart = 0;
  serviceEnd = 0;
  nameStart = 0;
  nameEnd = 0;
  startTimestampStart = 0;
  startTimestampEnd = 0;
  endTimestampStart = 0;
  endTimestampEnd = 0;
  statusMessageStart = 0;
  statusMessageEnd = 0;
  attributesJsonStart = 0;
  attributesJsonEnd = 0;
  resourceJsonStart = 0;
  resourceJsonEnd = 0;
  scopeStart = 0;
  scopeEnd = 0;
  traceStateStart = 0;
  traceStateEnd = 0;
  /** The contract's numbers. */
  kind = 0;
  status = 0;
  traceFlags = 0;
  /** Trace id, span id, attributes. */
  readonly links = new SpanParts();
  /** Timestamp, name, attributes. */
  readonly events = new SpanParts();
  /** True where a link or an event holds a text more than once. */
  repeatsInPart = false;

  clear(): void {
    this.traceIdStart = this.traceIdEnd = 0;
    this.parentIdStart = this.parentIdEnd = 0;
    this.spanIdStart = this.spanIdEnd = 0;
    this.serviceStart = this.serviceEnd = 0;
    this.nameStart = this.nameEnd = 0;
    this.startTimestampStart = this.startTimestampEnd = 0;
    this.endTimestampStart = this.endTimestampEnd = 0;
    this.statusMessageStart = this.statusMessageEnd = 0;
    this.attributesJsonStart = this.attributesJsonEnd = 0;
    this.resourceJsonStart = this.resourceJsonEnd = 0;
    this.scopeStart = this.scopeEnd = 0;
    this.traceStateStart = this.traceStateEnd = 0;
    this.kind = 0;
    this.status = 0;
    this.traceFlags = 0;
    this.links.count = 0;
    this.events.count = 0;
    this.repeatsInPart = false;
  }
}
