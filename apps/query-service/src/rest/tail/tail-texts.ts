import { toProblem, type RootspanError } from '#platform';
import { elementsToJson } from '#proto';
import type { TailEvent, TailRecord } from '../../tail/tail-event.js';

/** The record as protobuf-JSON of `query.Log`. */
function logJson({ bytes }: TailRecord): string {
  const [json = '{}'] = elementsToJson('query.LogList', 'logs', bytes);
  return json;
}

/**
 * An event as the text of an event stream; every part of it carries the position behind it as its id, so that Last-Event-ID goes
 * on there.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation (an event without data is
 * not told to the page, but its id is kept)
 */
export function eventStreamText(event: TailEvent): string {
  switch (event.kind) {
    case 'records':
      return event.records.map((record) => `id: ${record.position()}\nevent: log\ndata: ${logJson(record)}\n\n`).join('');
    case 'missed': {
      const { count, fromPosition, position } = event;
      return `id: ${position}\nevent: missed\ndata: ${JSON.stringify({ count, fromPosition })}\n\n`;
    }
    case 'caught-up':
      return `id: ${event.position}\nevent: caught_up\ndata: {}\n\n`;
    case 'position':
      return `: still here\nid: ${event.position}\n\n`;
  }
}

/** How a stream of events says why it ends. */
export function eventStreamError(error: RootspanError): string {
  return `event: error\ndata: ${JSON.stringify(toProblem(error))}\n\n`;
}

/** An event as the texts of WebSocket messages, each a JSON object. */
export function socketTexts(event: TailEvent): string[] {
  switch (event.kind) {
    case 'records':
      return event.records.map((record) => {
        return `{"type":"log","position":${JSON.stringify(record.position())},"log":${logJson(record)}}`;
      });
    case 'missed': {
      const { count, fromPosition, position } = event;
      return [JSON.stringify({ type: 'missed', position, count, fromPosition })];
    }
    case 'caught-up':
      return [JSON.stringify({ type: 'caught_up', position: event.position })];
    case 'position':
      return [JSON.stringify({ type: 'position', position: event.position })];
  }
}

export function socketError(error: RootspanError): string {
  const { type, ...problem } = toProblem(error);
  return JSON.stringify({ type: 'error', problem: { type, ...problem } });
}
