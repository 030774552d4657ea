import type { DagCursor, LogCursor, PatternCursor } from '#db';
import { invalidField } from '#platform';
import * as z from 'zod';

/**
 * Page tokens: where the page before ended, as base64url of a short JSON list. They name the question that they
 * continue, so that the token of another question is refused instead of giving rows at random.
 */

const instant = [z.int().min(-62_135_596_800).max(253_402_300_799), z.int().min(0).max(999_999_999)] as const;
const logToken = z.tuple([z.string(), ...instant, z.string().regex(/^[0-9a-f]{32}$/)]);
const dagToken = z.tuple([z.string().max(1024), ...instant, z.string().max(1024)]);
const patternToken = z.tuple([z.string(), z.string().regex(/^-?\d{1,18}$/), z.string().regex(/^[0-9a-f]{32}$/)]);

/** @param question `logs`, or `trace:` and the trace's id */
export function logTokenOf(question: string, cursor: LogCursor): string {
  return encode([question, cursor.time.seconds, cursor.time.nanos, cursor.id]);
}

/** @param question `dags`, or `pattern:` and the pattern's id */
export function dagTokenOf(question: string, cursor: DagCursor): string {
  return encode([question, cursor.firstErrorTime.seconds, cursor.firstErrorTime.nanos, cursor.traceId]);
}

/** Undefined where no token was given; throws INVALID_ARGUMENT where it is not one of this question. */
export function logCursorOf(question: string, token: string): LogCursor | undefined {
  if (token === '') return undefined;
  const parsed = logToken.safeParse(decode(token));
  if (!parsed.success || parsed.data[0] !== question) throw badToken();
  const [, seconds, nanos, id] = parsed.data;
  return { time: { seconds, nanos }, id };
}

/** @param question `patterns:` and what was asked for */
export function patternTokenOf(question: string, cursor: PatternCursor): string {
  return encode([question, String(cursor.key), cursor.id]);
}

export function dagCursorOf(question: string, token: string): DagCursor | undefined {
  if (token === '') return undefined;
  const parsed = dagToken.safeParse(decode(token));
  if (!parsed.success || parsed.data[0] !== question) throw badToken();
  const [, seconds, nanos, traceId] = parsed.data;
  return { firstErrorTime: { seconds, nanos }, traceId };
}

export function patternCursorOf(question: string, token: string): PatternCursor | undefined {
  if (token === '') return undefined;
  const parsed = patternToken.safeParse(decode(token));
  if (!parsed.success || parsed.data[0] !== question) throw badToken();
  return { key: BigInt(parsed.data[1]), id: parsed.data[2] };
}

function encode(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

function decode(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function badToken() {
  return invalidField(
    'page_token',
    'is no token of this question: send the next_page_token of the page before, or none for the first page',
  );
}
