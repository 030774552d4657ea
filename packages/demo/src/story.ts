import { Log, LogLevel, Span, SpanKind, SpanStatus } from '#proto';
import type { Random } from './random.js';

export type StoryLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

const LEVELS: Readonly<Record<StoryLevel, LogLevel>> = {
  debug: LogLevel.DEBUG,
  info: LogLevel.LOG_LEVEL_INFO,
  warn: LogLevel.WARN,
  error: LogLevel.ERROR,
  fatal: LogLevel.FATAL,
};
const NOTHING = new Uint8Array(0);

/** What is sent of a trace, and when (epoch milliseconds): records as they happen, spans when they end. */
export interface Part {
  readonly atMs: number;
  readonly log?: Log;
  readonly span?: Span;
}

/** What each service does, as its tracer would name it. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['web-gateway', 'handle request'],
  ['checkout', 'PlaceOrder'],
  ['payments', 'Authorise'],
  ['inventory', 'Reserve'],
  ['accounts', 'Authenticate'],
  ['catalog', 'ListProducts'],
  ['search', 'Search'],
  ['mailer', 'OrderPlaced process'],
]);
/** Milliseconds that a span begins before its first record, and ends after its last. */
const AROUND_MS = 0.4;

/** One trace while it is being told: spans that log records at offsets from its beginning. */
export class Story {
  readonly traceId: string;
  private readonly told: { readonly ms: number; readonly log: Log }[] = [];

  /** @param startMs epoch milliseconds of its beginning */
  constructor(
    readonly random: Random,
    private readonly startMs: number,
    private readonly hosts: ReadonlyMap<string, string>,
  ) {
    this.traceId = random.hex(32);
  }

  /** A span of a service; the first one has no parent. */
  span(service: string, parent: StorySpan | null = null): StorySpan {
    return new StorySpan(this, service, this.random.hex(16), parent?.id ?? '');
  }

  /** The trace's records, and its spans where the shop is traced, in the order of time. */
  parts(withSpans: boolean): readonly Part[] {
    const logs = this.told.map(({ ms, log }): Part => ({ atMs: this.startMs + ms, log }));
    return [...logs, ...(withSpans ? this.spans() : [])].sort((a, b) => a.atMs - b.atMs);
  }

  /** Each span from just before its first record to just after its last. */
  private spans(): Part[] {
    const records = new Map<string, { readonly ms: number; readonly log: Log }[]>();
    for (const one of this.told) {
      const own = records.get(one.log.spanId);
      if (own === undefined) records.set(one.log.spanId, [one]);
      else own.push(one);
    }
    return [...records.values()].flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const { service, traceId, spanId, parentId, resourceJson } = first.log;
      const times = own.map(({ ms }) => ms);
      const endMs = this.startMs + Math.max(...times) + AROUND_MS;
      const failure = own.find(({ log }) => log.level === LogLevel.ERROR || log.level === LogLevel.FATAL);
      const span: Span = {
        ...Span.decode(NOTHING),
        ...{ traceId, spanId, parentId, service, resourceJson },
        name: OPERATIONS.get(service) ?? service,
        kind: service === 'mailer' ? SpanKind.SPAN_KIND_CONSUMER : SpanKind.SPAN_KIND_SERVER,
        startTimestamp: timestampOf(nanosOf(this.startMs + Math.min(...times) - AROUND_MS)),
        endTimestamp: timestampOf(nanosOf(endMs)),
        status: failure === undefined ? SpanStatus.SPAN_STATUS_UNSET : SpanStatus.SPAN_STATUS_ERROR,
        statusMessage: failure?.log.message.split('\n', 1)[0] ?? '',
      };
      return [{ atMs: endMs, span }];
    });
  }

  /** @param ms after the beginning; its fraction becomes the time's microseconds */
  tell(span: StorySpan, ms: number, level: StoryLevel, message: string, attributes: Attributes): void {
    const nanos = nanosOf(this.startMs + ms) + BigInt(this.random.between(0, 999));
    const host = this.hosts.get(span.service) ?? '';
    this.told.push({
      ms,
      log: {
        ...Log.decode(NOTHING),
        traceId: this.traceId,
        spanId: span.id,
        parentId: span.parentId,
        service: span.service,
        level: LEVELS[level],
        message,
        timestamp: timestampOf(nanos),
        attributesJson: JSON.stringify(attributes),
        resourceJson: JSON.stringify({ host, 'service.version': '2.4.0' }),
      },
    });
  }
}

/** Where one service works on one call. */
export class StorySpan {
  constructor(
    readonly story: Story,
    readonly service: string,
    readonly id: string,
    readonly parentId: string,
  ) {}

  log(ms: number, level: StoryLevel, message: string, attributes: Attributes = {}): this {
    this.story.tell(this, ms, level, message, attributes);
    return this;
  }

  /** A span of a service that this one calls. */
  call(service: string): StorySpan {
    return this.story.span(service, this);
  }
}

/** Nanoseconds of epoch milliseconds, whose fraction counts to the microsecond. */
function nanosOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1_000)) * 1_000n;
}

/** RFC 3339 with nine digits. */
function timestampOf(nanos: bigint): string {
  const ms = nanos / 1_000_000n;
  const rest = String(nanos % 1_000_000n).padStart(6, '0');
  return new Date(Number(ms)).toISOString().replace('Z', `${rest}Z`);
}
