/** Live tail over HTTP: event streams and WebSockets, at one path (contract section 7). */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { AppProcess } from '../support/app-process.js';
import { EventStream } from '../support/event-stream.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const bed = useTestBed();
let app: AppProcess;

beforeAll(async () => {
  app = await bed.allInOne({ ROOTSPAN_TAIL_QUEUE_BYTES: '64KiB' });
});

const PATH = '/api/v1/logs/tail';

async function stream(tenant: string, query = '', headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
  const opened = await EventStream.open(`http://${app.http}${PATH}${query}`, { 'tenant-id': tenant, ...headers });
  bed.defer(() => opened.close());
  return opened;
}

interface Message {
  readonly type: string;
  readonly position?: string;
  readonly log?: { readonly message: string };
  readonly count?: number;
  readonly problem?: { readonly code: string };
}

class Socket {
  readonly messages: Message[] = [];
  closeCode: number | null = null;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Message));
    socket.on('close', (code) => (this.closeCode = code));
    socket.on('error', () => undefined);
  }

  static async open(tenant: string, query = ''): Promise<Socket> {
    const socket = new WebSocket(`ws://${app.http}${PATH}${query}`, { headers: { 'tenant-id': tenant } });
    const opened = new Socket(socket);
    bed.defer(() => socket.terminate());
    await once(socket, 'open');
    return opened;
  }

  get logs(): string[] {
    return this.messages.flatMap(({ log }) => (log === undefined ? [] : [log.message]));
  }

  async until(condition: () => boolean, what: string): Promise<this> {
    await waitUntil(condition, `${what} (${this.messages.length} messages, the last: ${JSON.stringify(this.messages.at(-1))})`);
    return this;
  }

  async untilCaughtUp(): Promise<this> {
    return this.until(() => this.messages.some(({ type }) => type === 'caught_up'), 'the socket has caught up');
  }

  freeze(): void {
    this.socket.pause();
  }

  wake(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.terminate();
  }
}

/** The answer to a WebSocket that is refused. */
async function refusal(query: string, headers: Readonly<Record<string, string>> = {}, path = PATH): Promise<[number, unknown]> {
  const socket = new WebSocket(`ws://${app.http}${path}${query}`, { headers });
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const body = await response.setEncoding('utf8').reduce((all: string, part: string) => all + part, '');
  return [response.statusCode ?? 0, JSON.parse(body)];
}

function send(tenant: string, ...messages: readonly string[]) {
  return bed
    .client(app.grpc)
    .as(tenant)
    .sendLogs({ logs: messages.map((message) => valid({ message })) });
}

/** Sends until both readers' buffers are full: some megabytes. @returns the messages */
async function sendMuch(tenant: string): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < 120; i++) {
    const some = Array.from({ length: 100 }, (_, k) => `${i}-${k} ${'x'.repeat(2_000)}`);
    all.push(...some);
    await send(tenant, ...some);
  }
  return all;
}

describe('an event stream of live logs', () => {
  it('brings the records as REST shows them, and goes on behind any of them by Last-Event-ID', async () => {
    const tenant = unique('sse');
    await send(tenant, 'a', 'b');
    const first = await (await stream(tenant, '?from=-1h')).untilCaughtUp();
    await send(tenant, 'c', 'd');
    await first.until(() => first.messages.length === 4, 'four records come');
    first.close();
    const headers = { 'tenant-id': tenant };
    const { logs } = (await (await fetch(`http://${app.http}/api/v1/logs?order=asc&from=-1h`, { headers })).json()) as {
      logs: unknown;
    };
    expect(first.named('log').map(({ data }) => JSON.parse(data) as unknown)).toEqual(logs);
    for (const [i, { id }] of first.named('log').entries()) {
      const rest = await (await stream(tenant, '?from=-1h', { 'last-event-id': id })).untilCaughtUp();
      expect(rest.messages).toEqual(['a', 'b', 'c', 'd'].slice(i + 1));
      rest.close();
    }
    const behind = await (await stream(tenant, '', { 'last-event-id': first.lastId })).untilCaughtUp();
    expect(behind.messages).toEqual([]);
    behind.close();
  });

  it('brings what its filter asks for, of its tenant', async () => {
    const [tenant, other] = [unique('sse'), unique('sse')];
    const only = await (await stream(tenant, `?q=${encodeURIComponent('"card" -declined')}`)).untilCaughtUp();
    await send(other, 'card of another');
    await send(tenant, 'card declined', 'no', 'card taken');
    await only.until(() => only.messages.length > 0, 'a record comes');
    expect(only.messages).toEqual(['card taken']);
    only.close();
  });

  it('tells a slow reader what it has missed, and where that is', async () => {
    const tenant = unique('sse');
    const slow = await (await stream(tenant)).untilCaughtUp();
    slow.freeze();
    const sent = await sendMuch(tenant);
    slow.wake();
    await slow.until(() => slow.messages.length + slow.missedCount === sent.length, 'all is received or said to be missed');
    expect(slow.missedCount).toBeGreaterThan(0);
    const gap = JSON.parse(slow.named('missed')[0]?.data ?? '{}') as { fromPosition: string };
    const again = await (await stream(tenant, `?position=${gap.fromPosition}`)).untilCaughtUp();
    expect([...new Set([...slow.messages, ...again.messages])].sort()).toEqual(sent.sort());
    slow.close();
    again.close();
  });

  it('is refused with the parameter at fault', async () => {
    for (const [query, field] of [
      ['?q=level%3E%3D', 'q'],
      ['?from=soon', 'from'],
      ['?position=x', 'position'],
      ['?limit=3', 'limit'],
      ['?q=a&q=b', 'q'],
    ] as const) {
      const response = await fetch(`http://${app.http}${PATH}${query}`);
      expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ field })]);
    }
  });
});

describe('a WebSocket of live logs', () => {
  it('brings history, then live records, and goes on at a position', async () => {
    const tenant = unique('ws');
    await send(tenant, 'a', 'b');
    const first = await (await Socket.open(tenant, '?from=-1h')).untilCaughtUp();
    await send(tenant, 'c');
    await first.until(() => first.logs.length === 3, 'three records come');
    expect(first.messages.map(({ type }) => type)).toEqual(['log', 'log', 'caught_up', 'log']);
    first.close();
    const [{ position = '' } = {}] = first.messages;
    const second = await (await Socket.open(tenant, `?position=${position}`)).untilCaughtUp();
    expect(second.logs).toEqual(['b', 'c']);
    second.close();
  });

  it('tells a slow reader what it has missed', async () => {
    const tenant = unique('ws');
    const slow = await (await Socket.open(tenant)).untilCaughtUp();
    slow.freeze();
    const sent = await sendMuch(tenant);
    slow.wake();
    const missed = (): number => slow.messages.reduce((sum, { count = 0 }) => sum + count, 0);
    await slow.until(() => slow.logs.length + missed() === sent.length, 'all is received or said to be missed');
    expect(missed()).toBeGreaterThan(0);
    expect(new Set(slow.logs).size).toBe(slow.logs.length);
    slow.close();
  });

  it('is refused as every other request is, before the handshake', async () => {
    expect(await refusal('?q=level%3E%3D')).toEqual([400, expect.objectContaining({ field: 'q' })]);
    expect(await refusal('', { 'tenant-id': 'no tenant' })).toEqual([400, expect.objectContaining({ field: 'tenant-id' })]);
    expect(await refusal('', { origin: 'https://evil.example' })).toEqual([
      403,
      expect.objectContaining({ code: 'forbidden.origin' }),
    ]);
    expect(await refusal('', {}, '/api/v1/logs')).toEqual([404, expect.objectContaining({ code: 'not_found.route' })]);
  });
});

describe('the server', () => {
  it('takes a request that offers another protocol as if it did not, with its body', async () => {
    const body = JSON.stringify({ trace_id: 't', span_id: 's', service: 'java', message: 'x'.repeat(200_000) });
    const sent = httpRequest(`http://${app.http}/api/v1/logs`, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
        'tenant-id': unique('h2c'),
      },
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBeLessThan(300);
    response.resume();
  });

  it('ends streams and sockets when it stops, in time, and says why', async () => {
    const tenant = unique('end');
    const [events, frozen] = [await (await stream(tenant)).untilCaughtUp(), await (await stream(tenant)).untilCaughtUp()];
    const [socket, stuck] = [
      await (await Socket.open(tenant)).untilCaughtUp(),
      await (await Socket.open(tenant)).untilCaughtUp(),
    ];
    frozen.freeze();
    stuck.freeze();
    await sendMuch(tenant);
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    await events.until(() => events.hasEnded, 'the stream has ended');
    expect(events.named('error').map(({ data }) => JSON.parse(data) as unknown)).toEqual([
      expect.objectContaining({ code: 'unavailable' }),
    ]);
    await socket.until(() => socket.closeCode !== null, 'the socket is closed');
    expect([socket.closeCode, socket.messages.at(-1)]).toEqual([
      1001,
      { type: 'error', problem: expect.objectContaining({ code: 'unavailable' }) },
    ]);
    frozen.close();
    stuck.close();
  });
});
