import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { toRootspanError, Upgrades, cancelled, type Upgrade } from '#platform';
import { WebSocketServer, type WebSocket } from 'ws';
import type { TailEvent } from '../../tail/tail-event.js';
import { TailService } from '../../tail/tail-service.js';
import { answer } from '../answer.js';
import { STOP_GRACE_MS } from './stop-grace.js';
import { tailRequestOf } from './tail-parameters.js';
import { socketError, socketTexts } from './tail-texts.js';

const PATH = '/api/v1/logs/tail';
/** Callers have nothing to say. */
const MAX_MESSAGE_BYTES = 1_024;
/** What the connection holds before the tail waits for its reader. */
const MOST_BUFFERED_BYTES = 256 * 1024;
const PING_EVERY_MS = 15_000;
/** RFC 6455, 7.4.1: going away; and 1011, an unexpected condition. */
const GOING_AWAY = 1001;
const INTERNAL = 1011;

/** Live tail over WebSocket, at the path of the event stream: messages are JSON objects with a `type`. */
@Injectable()
export class TailSocket implements OnModuleInit {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, clientTracking: false });

  constructor(
    @Inject(TailService) private readonly tails: TailService,
    @Inject(Upgrades) private readonly upgrades: Upgrades,
  ) {}

  onModuleInit(): void {
    this.upgrades.add(PATH, (upgrade) => void this.take(upgrade));
  }

  /** A tail that is refused is refused before the handshake ends, as an answer of HTTP. */
  private async take({ request, query, caller, socket, head, refuse }: Upgrade): Promise<void> {
    const leaving = new AbortController();
    socket.once('close', () => leaving.abort(cancelled()));
    const begun = async () => this.tails.begin(caller, tailRequestOf(parametersOf(query)), leaving.signal);
    try {
      const events = await answer('logsFailed', leaving.signal, begun());
      this.server.handleUpgrade(request, socket, head, (webSocket) => void this.serve(webSocket, events, leaving));
      // A handshake that is no handshake was answered and closed.
      if (socket.destroyed) leaving.abort(cancelled());
    } catch (error) {
      refuse(error);
    }
  }

  private async serve(webSocket: WebSocket, events: AsyncGenerator<TailEvent, void>, leaving: AbortController): Promise<void> {
    const { stopped } = this.tails;
    const cutOff = (): void => void setTimeout(() => webSocket.terminate(), STOP_GRACE_MS).unref();
    stopped.addEventListener('abort', cutOff, { once: true });
    webSocket.on('error', () => webSocket.terminate());
    const stopPings = pingEvery(webSocket, PING_EVERY_MS);
    try {
      for await (const event of events) for (const text of socketTexts(event)) await send(webSocket, text);
    } catch (error) {
      if (!leaving.signal.aborted) webSocket.send(socketError(toRootspanError(error)));
    } finally {
      stopPings();
      stopped.removeEventListener('abort', cutOff);
      cutOff();
      webSocket.close(stopped.aborted ? GOING_AWAY : INTERNAL);
      leaving.abort(cancelled());
    }
  }
}

/** The query as Fastify gives it: a list where a name comes more than once. */
function parametersOf(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const [first, ...further] = query.getAll(name);
      return [name, further.length === 0 ? first : [first, ...further]];
    }),
  );
}

/** Resolves where more may be sent, or the connection is gone. */
async function send(webSocket: WebSocket, text: string): Promise<void> {
  if (webSocket.readyState !== webSocket.OPEN) return;
  const sent = new Promise<void>((resolve) => webSocket.send(text, () => resolve()));
  if (webSocket.bufferedAmount > MOST_BUFFERED_BYTES) await sent;
}

/** Ends a connection whose other side is silent. @returns ends the pings */
function pingEvery(webSocket: WebSocket, ms: number): () => void {
  let answered = true;
  webSocket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    // A reader that is behind answers late: only silence on an empty line means that nobody is there.
    if (!answered && webSocket.bufferedAmount === 0) webSocket.terminate();
    answered = false;
    webSocket.ping();
  }, ms);
  return () => clearInterval(timer);
}
