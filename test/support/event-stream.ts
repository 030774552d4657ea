import { get, type IncomingMessage } from 'node:http';
import { waitUntil } from './wait-until.js';

/** One event of a stream, as an EventSource would tell it. */
export interface StreamEvent {
  readonly event: string;
  /** The last id that was sent, with this event or before it. */
  readonly id: string;
  readonly data: string;
}

/** A client of an event stream that keeps what comes. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class EventStream {
  readonly events: StreamEvent[] = [];
  lastId = '';
  hasEnded = false;
  private rest = '';

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    response.on('error', () => undefined);
    response.on('close', () => (this.hasEnded = true));
  }

  /** @throws Error with the answer where it is no event stream */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, agent: false }, resolve).on('error', reject);
    });
    if (response.headers['content-type']?.startsWith('text/event-stream') === true) return new EventStream(response);
    const body = await response.setEncoding('utf8').reduce((all: string, part: string) => all + part, '');
    throw new Error(`${response.statusCode} ${body}`);
  }

  named(event: string): readonly StreamEvent[] {
    return this.events.filter((each) => each.event === event);
  }

  /** Messages of the records that came. */
  get messages(): string[] {
    return this.named('log').map(({ data }) => (JSON.parse(data) as { message: string }).message);
  }

  get missedCount(): number {
    return this.named('missed').reduce((sum, { data }) => sum + (JSON.parse(data) as { count: number }).count, 0);
  }

  freeze(): void {
    this.response.pause();
  }

  wake(): void {
    this.response.resume();
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    await waitUntil(condition, `${what} (${this.events.length} events, the last: ${JSON.stringify(this.events.at(-1))})`);
  }

  async untilCaughtUp(): Promise<this> {
    await this.until(() => this.named('caught_up').length === 1, 'the stream has caught up');
    return this;
  }

  close(): void {
    this.response.destroy();
  }

  private take(text: string): void {
    const parts = (this.rest + text).split('\n\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      this.lastId = fields.get('id') ?? this.lastId;
      const data = fields.get('data');
      if (data !== undefined) this.events.push({ event: fields.get('event') ?? 'message', id: this.lastId, data });
    }
  }
}
