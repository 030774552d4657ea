/** An event of a text/event-stream (HTML standard, section 9.2.6). */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/**
 * Reads a text/event-stream piece by piece. Not EventSource: it tells nothing of an answer that is an error, such as a query
 * with a fault, and asks on for ever.
 */
export class EventStreamReader {
  private rest = '';
  /** The last id that was sent, with an event or alone: what Last-Event-ID is to say after a break. */
  lastId = '';
  private type = '';
  private data: string[] = [];

  /** @returns the events that a piece completes */
  read(piece: string): StreamEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): StreamEvent[] {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.type = value;
    else if (name === 'id') this.lastId = value;
    return [];
  }

  private dispatch(): StreamEvent[] {
    const { lastId: id, type, data } = this;
    this.type = '';
    this.data = [];
    return data.length === 0 ? [] : [{ id, type: type || 'message', data: data.join('\n') }];
  }
}
