import { itemAt } from '../error-dag/item-at.js';
import { speaksOfAttempts } from './attempts.js';
import type { Below } from './explain-failure.js';
import { maskedText } from './telling-text.js';
import type { TraceView } from './trace-view.js';

/** A later attempt may begin this much before the earlier one's last record. */
const OVERLAP_MS = 5;

/**
 * Marks failed calls as retried where a later call by the same caller to the same service, alike or spoken of as an attempt, did
 * not fail. Both are told by one service's clock.
 */
export function noteRetries(view: TraceView, caller: number, below: readonly Below[]): void {
  const callees = itemAt(view.tree.childrenOf, caller);
  if (callees.length < 2) return;
  const failed = new Set(below.map(({ callee }) => callee));
  const lastGood = new Map<string, number>();
  for (const callee of callees) {
    if (failed.has(callee) || view.spanAt(callee) === undefined) continue;
    const service = view.service(callee);
    const known = lastGood.get(service);
    if (known === undefined || itemAt(view.first, callee) > itemAt(view.first, known)) lastGood.set(service, callee);
  }
  for (const { trouble, callee } of below) {
    const good = lastGood.get(view.service(callee));
    if (good === undefined || trouble.handedOver) continue;
    if (itemAt(view.first, good) + OVERLAP_MS < trouble.end || !isSameCall(view, caller, callee, good)) continue;
    if (trouble.handled === null || trouble.handled.how === 'maybe') trouble.handled = { place: good, how: 'retried' };
  }
}

function isSameCall(view: TraceView, caller: number, failed: number, good: number): boolean {
  const [one, two] = [openingOf(view, failed), openingOf(view, good)];
  if (one === two || speaksOfAttempts(two)) return true;
  const firstWords = (text: string): string => text.split(' ', 2).join(' ');
  if (firstWords(one) === firstWords(two)) return true;
  const story = view.story(caller);
  const from = itemAt(view.last, failed) - view.offset(caller) - OVERLAP_MS;
  const until = itemAt(view.first, good) - view.offset(caller) + OVERLAP_MS;
  return (
    story?.records.some((record) => {
      const time = story.timeOf(record);
      return time >= from && time <= until && speaksOfAttempts(story.textOf(record));
    }) ?? false
  );
}

/** What a span begins with, without what differs between attempts. */
function openingOf(view: TraceView, place: number): string {
  const story = view.story(place);
  const name = story?.span.traceSpan?.name;
  if (name !== undefined && name !== '') return name.toLowerCase();
  const first = story?.records[0];
  return story === undefined || first === undefined
    ? ''
    : maskedText(story.textOf(first))
        .replace(/\W*\b(?:attempt|retry|try)\b\W*#?/g, ' ')
        .trim();
}
