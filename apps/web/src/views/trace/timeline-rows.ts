import type { Dag, Level, Log, Role, Span } from '../../api/types.js';
import { nanosOf } from '../../time/instants.js';

/** When a span was at work, and what it logged. Times are nanoseconds after the trace's first. */
export interface TimelineRow {
  readonly key: string;
  /** Empty for a service's own lane. */
  readonly spanId: string;
  readonly service: string;
  readonly label: string;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  /** True where a sender measured the span; else the bar goes from its first to its last record. */
  readonly measured: boolean;
  readonly failed: boolean;
  readonly role: Role;
  readonly ticks: readonly Tick[];
}

interface Tick {
  /** 0 to 1 over the whole trace. */
  readonly at: number;
  readonly level: Level;
}

export interface Timeline {
  readonly rows: readonly TimelineRow[];
  /** Nanoseconds; never 0. */
  readonly length: number;
}

interface Draft {
  readonly spanId: string;
  readonly parentId: string;
  readonly service: string;
  name: string;
  start: bigint;
  end: bigint;
  measured: boolean;
  failed: boolean;
  readonly logs: { readonly time: bigint; readonly level: Level }[];
}

/** Marks of one row stand at so many places at most: more could not be told apart. */
const PLACES = 400;

/**
 * The rows of a trace, callers before what they called, siblings by time. With measured spans it is a waterfall; without, each
 * span's bar is drawn from its first to its last record.
 */
export function timelineOf(logs: readonly Log[], spans: readonly Span[], dag: Dag | null): Timeline {
  const drafts = new Map<string, Draft>();
  for (const span of spans) {
    const [start, end] = [nanosOf(span.startTimestamp), nanosOf(span.endTimestamp)];
    if (start === null) continue;
    const failed = /error/i.test(span.status);
    // A sender's clock may have been put back in between: the end may lie before the start.
    drafts.set(span.spanId, { ...span, start, end: end === null || end < start ? start : end, measured: true, failed, logs: [] });
  }
  for (const { spanId, parentId, service, level, timestamp } of logs) {
    const time = nanosOf(timestamp);
    if (time === null) continue;
    const id = spanId === '' ? `\0${service}` : spanId;
    const draft = drafts.get(id);
    const log = { time, level };
    const failed = level === 'error' || level === 'fatal';
    if (draft === undefined) {
      const name = spanId === '' ? 'records without a span' : '';
      drafts.set(id, { spanId, parentId, service, name, start: time, end: time, measured: false, failed, logs: [log] });
    } else {
      draft.logs.push(log);
      draft.failed ||= failed;
      if (draft.measured) continue;
      if (time < draft.start) draft.start = time;
      if (time > draft.end) draft.end = time;
    }
  }
  const all = [...drafts.values()];
  const times = all.flatMap(({ start, end, logs: own }) => [start, end, ...own.map(({ time }) => time)]);
  const first = times.reduce((least, time) => (time < least ? time : least), times[0] ?? 0n);
  const last = times.reduce((most, time) => (time > most ? time : most), first);
  const length = Math.max(1, Number(last - first));
  const roles = new Map(dag?.nodes.map(({ spanId, role }) => [spanId, role]));
  const rows = inTreeOrder(all).map(({ draft, depth }): TimelineRow => ({
    key: draft.spanId || `no span ${draft.service}`,
    spanId: draft.spanId,
    service: draft.service,
    label: draft.name || draft.spanId,
    depth,
    start: Number(draft.start - first),
    end: Number(draft.end - first),
    measured: draft.measured,
    failed: draft.failed,
    role: roles.get(draft.spanId) ?? '',
    ticks: ticksOf(draft, first, length),
  }));
  return { rows, length };
}

const SEVERITY: Readonly<Record<Level, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 };

/** One mark a place, of the worst level there. */
function ticksOf({ logs }: Draft, first: bigint, length: number): Tick[] {
  const worst = new Map<number, Level>();
  for (const { time, level } of logs) {
    const place = Math.round((Number(time - first) / length) * PLACES);
    const known = worst.get(place);
    if (known === undefined || SEVERITY[level] > SEVERITY[known]) worst.set(place, level);
  }
  return [...worst].map(([place, level]) => ({ at: place / PLACES, level }));
}

/** Depth first without recursion: a trace may be thousands of spans deep. Spans in a cycle come at the end, as roots. */
function inTreeOrder(drafts: readonly Draft[]): { readonly draft: Draft; readonly depth: number }[] {
  const known = new Set(drafts.map(({ spanId }) => spanId));
  const children = new Map<string, Draft[]>();
  const sorted = drafts.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.spanId < b.spanId ? -1 : 1));
  for (const draft of sorted) {
    const parent = draft.spanId !== '' && draft.parentId !== draft.spanId && known.has(draft.parentId) ? draft.parentId : '';
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [draft]);
    else siblings.push(draft);
  }
  const order: { draft: Draft; depth: number }[] = [];
  const seen = new Set<Draft>();
  const visit = (roots: readonly Draft[]): void => {
    const stack = roots.toReversed().map((draft) => ({ draft, depth: 0 }));
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (seen.has(top.draft)) continue;
      seen.add(top.draft);
      order.push(top);
      const { draft, depth } = top;
      const below = draft.spanId === '' ? [] : (children.get(draft.spanId) ?? []);
      for (const child of below.toReversed()) stack.push({ draft: child, depth: depth + 1 });
    }
  };
  visit(children.get('') ?? []);
  visit(sorted.filter((draft) => !seen.has(draft)));
  return order;
}

/** One lane a service, in the order in which they come in: where time was spent, at a glance. */
export function lanesOf({
  rows,
  length,
}: Timeline): readonly { readonly service: string; readonly rows: readonly TimelineRow[] }[] {
  const lanes = new Map<string, TimelineRow[]>();
  for (const row of rows) {
    const lane = lanes.get(row.service);
    if (lane === undefined) lanes.set(row.service, [row]);
    else lane.push(row);
  }
  const begin = (own: readonly TimelineRow[]): number => own.reduce((least, { start }) => Math.min(least, start), length);
  return [...lanes].map(([service, own]) => ({ service, rows: own })).sort((a, b) => begin(a.rows) - begin(b.rows));
}
