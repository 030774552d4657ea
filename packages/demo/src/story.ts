import { Log, LogLevel } from '#proto';
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

  /** The trace's records in the order of time, each with the time that its record is to be sent at (epoch milliseconds). */
  records(): readonly { readonly atMs: number; readonly log: Log }[] {
    return this.told.toSorted((a, b) => a.ms - b.ms).map(({ ms, log }) => ({ atMs: this.startMs + ms, log }));
  }

  /** @param ms after the beginning; its fraction becomes the time's microseconds */
  tell(span: StorySpan, ms: number, level: StoryLevel, message: string, attributes: Attributes): void {
    const nanos = BigInt(Math.round((this.startMs + ms) * 1_000)) * 1_000n + BigInt(this.random.between(0, 999));
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

/** RFC 3339 with nine digits. */
function timestampOf(nanos: bigint): string {
  const ms = nanos / 1_000_000n;
  const rest = String(nanos % 1_000_000n).padStart(6, '0');
  return new Date(Number(ms)).toISOString().replace('Z', `${rest}Z`);
}
