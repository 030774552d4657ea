import { saysHandled } from './message-tone.js';
import { namesService } from './peer-names.js';
import type { Below } from './explain-failure.js';
import type { Trouble } from './trouble.js';
import type { TraceView } from './trace-view.js';

/** True where nothing shows that the trouble was dealt with; `maybe` is no proof. */
export function isUnhandled({ handled }: Trouble): boolean {
  return handled === null || handled.how === 'maybe';
}

/**
 * Marks the callees' troubles that a caller says it went on without ("reviews failed, using default"), by name: whatever its
 * clock says.
 */
export function noteFallbacks(view: TraceView, place: number, below: readonly Below[]): void {
  const story = view.story(place);
  const fallbacks = story?.fallbacks() ?? [];
  if (story === undefined || fallbacks.length === 0) return;
  for (const { trouble, callee } of below) {
    if (!isUnhandled(trouble)) continue;
    const names = [callee, trouble.place].filter((at) => view.service(at) !== '').map((at) => view.serviceName(at));
    if (fallbacks.some((record) => names.some((name) => namesService(story.textOf(record), name) > 0))) {
      trouble.handled = { place, how: 'said' };
    }
  }
}

/** Marks the troubles that came up to a caller whose log goes on after them: it waits for its callees, so it has handled them. */
export function noteGoneOn(view: TraceView, place: number, left: readonly Below[]): void {
  const story = view.story(place);
  const open = left.filter(({ trouble, callee }) => isUnhandled(trouble) && !trouble.handedOver && isWaitedFor(view, callee));
  if (story === undefined || open.length === 0) return;
  const offset = view.offset(place);
  const earliest = open.reduce((least, { trouble }) => Math.min(least, trouble.end), Infinity);
  const progress = story.progress(earliest - offset).map((record) => ({
    time: story.timeOf(record) + offset,
    said: saysHandled(story.textOf(record)),
  }));
  for (const { trouble } of open) {
    const since = progress.filter(({ time }) => time > trouble.end);
    if (since.length > 0) trouble.handled = { place, how: since.some(({ said }) => said) ? 'said' : 'went-on' };
  }
}

/** A guessed place says nothing about who waited. */
function isWaitedFor(view: TraceView, callee: number): boolean {
  return view.tree.tieOf[callee] !== 'guess';
}
