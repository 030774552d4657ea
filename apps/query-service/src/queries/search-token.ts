import { createHash } from 'node:crypto';
import type { MatchCount, SearchOrder, SearchPosition } from '#db';
import { invalidField } from '#platform';
import * as z from 'zod';
import { INSTANT_PARTS, readTokenText, tokenText } from './token-text.js';

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
  ...INSTANT_PARTS,
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
  return tokenText(['search', digest, nowMs, time.seconds, time.nanos, id, total.count, total.exact]);
}

/**
 * Reads a token; null where none was given. The caller compares its `digest` with that of the question asked now, whose relative
 * times count from the token's clock.
 * @throws INVALID_ARGUMENT where it is no token
 */
export function readSearchToken(text: string): (SearchToken & { readonly digest: string }) | null {
  if (text === '') return null;
  const parsed = token.safeParse(readTokenText(text));
  if (!parsed.success) throw badSearchToken();
  const [, digest, nowMs, seconds, nanos, id, count, exact] = parsed.data;
  return { digest, position: { time: { seconds, nanos }, id }, nowMs, total: { count, exact } };
}

/** INVALID_ARGUMENT: no token, or one of another question. */
export function badSearchToken() {
  return invalidField(
    'page_token',
    'is no token of this question: send the next_page_token of the page before with the same filter and order, or none for the first page',
  );
}
