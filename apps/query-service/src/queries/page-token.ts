import type { DagCursor, LogCursor, PatternCursor } from '#db';
import { invalidField } from '#platform';
import * as z from 'zod';
import { INSTANT_PARTS, readTokenText, tokenText } from './token-text.js';

/**
 * Page tokens: where the page before ended. They name the question that they
 * continue, so that the token of another question is refused instead of giving rows at random.
 */

const logToken = z.tuple([z.string(), ...INSTANT_PARTS, z.string().regex(/^[0-9a-f]{32}$/)]);
const dagToken = z.tuple([z.string().max(1024), ...INSTANT_PARTS, z.string().max(1024)]);
const patternToken = z.tuple([z.string(), z.string().regex(/^-?\d{1,18}$/), z.string().regex(/^[0-9a-f]{32}$/)]);

/** @param question `logs`, or `trace:` and the trace's id */
export function logTokenOf(question: string, cursor: LogCursor): string {
  return tokenText([question, cursor.time.seconds, cursor.time.nanos, cursor.id]);
}

/** @param question `dags`, or `pattern:` and the pattern's id */
export function dagTokenOf(question: string, cursor: DagCursor): string {
  return tokenText([question, cursor.firstErrorTime.seconds, cursor.firstErrorTime.nanos, cursor.traceId]);
}

/** Undefined where no token was given; throws INVALID_ARGUMENT where it is not one of this question. */
export function logCursorOf(question: string, token: string): LogCursor | undefined {
  if (token === '') return undefined;
  const parsed = logToken.safeParse(readTokenText(token));
  if (!parsed.success || parsed.data[0] !== question) throw badToken();
  const [, seconds, nanos, id] = parsed.data;
  return { time: { seconds, nanos }, id };
}

/** @param question `patterns:` and what was asked for */
export function patternTokenOf(question: string, cursor: PatternCursor): string {
  return tokenText([question, String(cursor.key), cursor.id]);
}

export function dagCursorOf(question: string, token: string): DagCursor | undefined {
  if (token === '') return undefined;
  const parsed = dagToken.safeParse(readTokenText(token));
  if (!parsed.success || parsed.data[0] !== question) throw badToken();
  const [, seconds, nanos, traceId] = parsed.data;
  return { firstErrorTime: { seconds, nanos }, traceId };
}

export function patternCursorOf(question: string, token: string): PatternCursor | undefined {
  if (token === '') return undefined;
  const parsed = patternToken.safeParse(readTokenText(token));
  if (!parsed.success || parsed.data[0] !== question) throw badToken();
  return { key: BigInt(parsed.data[1]), id: parsed.data[2] };
}

function badToken() {
  return invalidField(
    'page_token',
    'is no token of this question: send the next_page_token of the page before, or none for the first page',
  );
}
