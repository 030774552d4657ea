import { itemAt } from '../error-dag/item-at.js';
import { NO_PARENT } from '../error-dag/span-forest.js';
import { completion } from './message-tone.js';
import { attributesOf } from './record-attributes.js';
import type { TraceView } from './trace-view.js';

const ROLE = /consumer|worker|subscriber|listener|queue|kafka|projector/;
const WORDS =
  /\bconsum(?:e|ed|er|ing)\b|kafka|rabbit|amqp|(?:from|on|to|via) (?:the )?(?:\S+ )?(?:queue|topic)\b|(?:queue|topic)[:=]|\boffset \d|dequeu|\bsqs\b|pub\/?sub|\bnats\b|(?:received|handling|processing|got|picked up) (?:\S+ ){0,2}(?:event|message|job|task)\b|(?:event|message|job|task) \S*\s?(?:received|picked)/;

/**
 * True where a place's work was handed over (a queue, an event, a link) instead of being waited for: by a link or a span kind;
 * or where the caller ended without an error before the work began; or where the callee speaks of queues and outlived its
 * caller. Offsets of clocks are not known yet: raw times.
 */
export function isHandOver(view: TraceView, place: number): boolean {
  const { tree } = view;
  const parent = itemAt(tree.parentOf, place);
  const span = view.spanAt(place);
  if (parent === NO_PARENT || span === undefined || parent >= tree.spans.length) return false;
  if (tree.tieOf[place] === 'link' || span.traceSpan?.kind === 'consumer') return true;
  const caller = view.spanAt(parent);
  if (caller?.traceSpan?.kind === 'producer') return true;
  const outlived = itemAt(view.last, place) > itemAt(view.last, parent);
  const callerFailed = view.failures(parent).length > 0;
  if (!outlived) return !callerFailed && (speaksOfQueues(view, place) || isQueueService(view, place));
  if (speaksOfQueues(view, place) || (!callerFailed && isQueueService(view, place))) return true;
  if (callerFailed || itemAt(view.first, place) <= itemAt(view.last, parent)) return false;
  const story = view.story(parent);
  const end = story?.records.at(-1);
  return story !== undefined && end !== undefined && completion(story.textOf(end)) === 'finished';
}

function isQueueService(view: TraceView, place: number): boolean {
  return ROLE.test(view.service(place).toLowerCase());
}

/** Records of a span's beginning that are read. */
const OPENING = 3;

function speaksOfQueues(view: TraceView, place: number): boolean {
  const story = view.story(place);
  const first = story?.span.earliest ?? null;
  if (story === undefined || first === null) return false;
  if (attributesOf(first.attributes ?? '').text('messaging.system', 'messaging.destination.name') !== '') return true;
  if (WORDS.test(story.textOf(first))) return true;
  return isQueueService(view, place) && story.records.slice(0, OPENING).some((record) => WORDS.test(story.textOf(record)));
}
