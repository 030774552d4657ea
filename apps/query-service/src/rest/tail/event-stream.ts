import type { ServerResponse } from 'node:http';
import { toRootspanError } from '#platform';
import type { TailEvent } from '../../tail/tail-event.js';
import { STOP_GRACE_MS } from './stop-grace.js';
import { eventStreamError, eventStreamText } from './tail-texts.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  // nginx and those like it would keep events back.
  'x-accel-buffering': 'no',
};
/** Milliseconds after which an EventSource that was cut off comes back. */
const RETRY_MS = 1_000;

/**
 * Answers with a tail's events until one side ends it. It is written as fast as the caller reads.
 *
 * @param signal aborted when the caller has gone
 * @param stopped aborted when the program ends: then whoever does not read is cut off after a moment
 */
export async function serveEventStream(
  raw: ServerResponse,
  events: AsyncGenerator<TailEvent, void>,
  signal: AbortSignal,
  stopped: AbortSignal,
): Promise<void> {
  const cutOff = (): void => void setTimeout(() => raw.destroy(), STOP_GRACE_MS).unref();
  stopped.addEventListener('abort', cutOff, { once: true });
  try {
    raw.writeHead(200, HEADERS);
    await write(raw, `retry: ${RETRY_MS}\n\n`);
    for await (const event of events) await write(raw, eventStreamText(event));
  } catch (error) {
    if (!signal.aborted) raw.write(eventStreamError(toRootspanError(error)));
  } finally {
    stopped.removeEventListener('abort', cutOff);
    if (stopped.aborted) cutOff();
    raw.end();
  }
}

/** Resolves where more may be written, or the connection is gone. */
async function write(raw: ServerResponse, text: string): Promise<void> {
  if (raw.destroyed || raw.write(text)) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      raw.off('drain', end);
      raw.off('close', end);
      resolve();
    };
    raw.once('drain', end);
    raw.once('close', end);
  });
}
