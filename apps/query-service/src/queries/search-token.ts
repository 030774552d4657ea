import { createHash } from 'node:crypto';
import { instantOfEpochMillis, type Instant } from '#domain';
import type { MatchCount, SearchOrder, SearchPosition } from '#db';
import { invalidField } from '#platform';
import * as z from 'zod';

/** Where a search goes on, and what its first page fixed for all that follow. */
export interface SearchToken {
  readonly position: SearchPosition;
  /** What relative times count from: the clock of the first page, milliseconds since 1970. */
  readonly nowMs: number;
  /** As the first page counted it. */
  readonly total: MatchCount;
}

const token = z.tuple([
  z.literal('search'),
  z.string().max(64),
  z.int().min(0).max(8_640_000_000_000_000),
  z.int().min(-62_135_596_800).max(253_402_300_799),
  z.int().min(0).max(999_999_999),
  z.string().regex(/^(?:[0-9a-f]{32})?$/),
  z.int().min(0).max(0xffff_ffff),
  z.boolean(),
]);

/** What a token is bound to: another filter, order or tenant has another digest. */
export function questionDigest(tenant: string, printedFilter: string, order: SearchOrder): string {
  const text = JSON.stringify([tenant, printedFilter, order]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export function searchTokenOf(digest: string, { position, nowMs, total }: SearchToken): string {
  const { time, id } = position;
  const parts = ['search', digest, nowMs, time.seconds, time.nanos, id, total.count, total.exact];
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/**
 * Reads a token; null where none was given.
 * @param digestAt the digest of the question that is asked now, its relative times counted from the token's clock
 * @throws INVALID_ARGUMENT where it is no token, or one of another question
 */
export function readSearchToken(text: string, digestAt: (now: Instant) => string): SearchToken | null {
  if (text === '') return null;
  const parsed = token.safeParse(decode(text));
  if (!parsed.success) throw badToken();
  const [, digest, nowMs, seconds, nanos, id, count, exact] = parsed.data;
  if (digestAt(instantOfEpochMillis(nowMs)) !== digest) throw badToken();
  return { position: { time: { seconds, nanos }, id }, nowMs, total: { count, exact } };
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function badToken() {
  return invalidField(
    'page_token',
    'is no token of this question: send the next_page_token of the page before with the same filter and order, or none for the first page',
  );
}
