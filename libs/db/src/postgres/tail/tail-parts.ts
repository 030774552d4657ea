/**
 * Cuts what lies between two positions into parts that are found by their time of receipt. Pure functions; times are
 * milliseconds since 1970.
 */
import type { PartitionPlace } from '#domain';

/** Offsets of one partition: from a place to before `end`. */
export interface Stretch {
  readonly from: PartitionPlace;
  readonly end: bigint;
}

/** What is noted of a partition's offsets (stored_ranges). */
export interface StoredRange {
  readonly lower: bigint;
  readonly upper: bigint;
  /** Rows that were stored; none: there is nothing to read. */
  readonly rows: number;
  /** When its messages were received; null where there were none. */
  readonly received: Receipts | null;
}

/** Both ends are included. */
export interface Receipts {
  readonly from: number;
  readonly to: number;
}

export interface TailPart extends Stretch {
  /** When all of its rows were received. Null: it has none. */
  readonly received: Receipts | null;
}

/** Of parts whose time of receipt nobody noted: every row has to be looked at. */
export const ANY_TIME: Receipts = { from: -Infinity, to: Infinity };

/**
 * A stretch as parts that follow one another. A row's time of receipt lies within what is noted of any range that holds its
 * offset.
 *
 * @param ranges those that hold something of the stretch, by `lower`
 * @param isCut whether further ranges may follow the last one: the parts end with it then
 */
export function partsOf({ from, end }: Stretch, ranges: readonly StoredRange[], isCut: boolean): TailPart[] {
  const parts: TailPart[] = [];
  let place = from;
  const goTo = (upper: bigint, received: Receipts | null): void => {
    const to = upper < end ? upper : end;
    if (to <= place.offset) return;
    parts.push({ from: place, end: to, received });
    place = { ...from, offset: to, index: 0 };
  };
  for (const { lower, upper, rows, received } of ranges) {
    goTo(lower, ANY_TIME);
    goTo(upper, rows > 0 ? received : null);
  }
  if (!isCut) goTo(end, ANY_TIME);
  return parts;
}

/** Whether nothing is noted of some of the stretch. */
export function hasGap(parts: readonly TailPart[]): boolean {
  return parts.some(({ received }) => received === ANY_TIME);
}

/** Parts that are read by one statement. */
export interface TailChunk {
  /** One a partition, in the order of ids: what is read of it. */
  readonly stretches: readonly Stretch[];
  /** Null: there is nothing to read. */
  readonly received: Receipts | null;
}

/** Parts received within so much time are read together: a minute of each partition, as ranges are cut. */
const SPAN_MS = 120_000;
/** More of them make a statement long. */
const MOST_STRETCHES = 64;

/**
 * What is to be read first: of each partition the first parts that were received about when the earliest one was, so that a
 * time is searched once for all partitions.
 *
 * @param partitions the parts of each, in the order of ids; none of them empty
 */
export function chunkOf(partitions: readonly (readonly TailPart[])[]): TailChunk {
  const firsts = partitions.flatMap(([first]) => (first === undefined ? [] : [first]));
  const earliest = firsts.reduce<number>((least, { received }) => Math.min(least, startOf(received)), Infinity);
  const isWanted = ({ received }: TailPart): boolean =>
    received === null || (startOf(received) === Infinity ? earliest === Infinity : received.to <= earliest + SPAN_MS);
  // A part may be longer than that by itself, or of no known time.
  const anchor = firsts.find(({ received }) => received !== null && startOf(received) === earliest);
  const stretches: Stretch[] = [];
  let received: Receipts | null = null;
  for (const parts of partitions) {
    const [first] = parts;
    if (first === undefined || stretches.length === MOST_STRETCHES) continue;
    const unwanted = parts.findIndex((part) => part !== anchor && !isWanted(part));
    const taken = unwanted < 0 ? parts : parts.slice(0, unwanted);
    const last = taken.at(-1);
    if (last === undefined) continue;
    stretches.push({ from: first.from, end: last.end });
    for (const part of taken) received = unionOf(received, part.received);
  }
  return { stretches, received };
}

/** Where nobody knows: last, when nothing else is left. */
function startOf(received: Receipts | null): number {
  return received === null || received.from === -Infinity ? Infinity : received.from;
}

export function unionOf(a: Receipts | null, b: Receipts | null): Receipts | null {
  if (a === null || b === null) return a ?? b;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
