import { FIRST_SECOND, LAST_SECOND } from '#domain';
import * as z from 'zod';

/** Tokens are short JSON lists as base64url. */
export function tokenText(parts: readonly (string | number | boolean)[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/** Null where it is no token. */
export function readTokenText(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

/** Seconds and nanoseconds of an instant, as members of a token. */
export const INSTANT_PARTS = [z.int().min(FIRST_SECOND).max(LAST_SECOND), z.int().min(0).max(999_999_999)] as const;
