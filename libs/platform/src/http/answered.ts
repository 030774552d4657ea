import { createHash } from 'node:crypto';
import type { HttpReply, HttpRequest } from './exchange.js';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';

/** What is answered depends on the tenant, and nobody but the caller may keep it. */
const PRIVATE = {
  'cache-control': 'private, no-cache',
  vary: 'tenant-id, x-scope-orgid, accept-encoding',
  'x-content-type-options': 'nosniff',
};

/** Sets the headers of an answer with content; the handler returns the content. */
export function answered(
  reply: HttpReply,
  type: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  reply.headers({ ...PRIVATE, 'content-type': type, ...headers });
  return content;
}

/**
 * The same with an ETag of the content (RFC 9110, 8.8.3): who sends it back in If-None-Match while the content is the same is
 * answered 304 without it.
 */
export function answeredWithTag(
  { headers: sent }: HttpRequest,
  reply: HttpReply,
  type: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): string | undefined {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
  if (!knows(sent['if-none-match'], etag)) return answered(reply, type, content, { ...headers, etag });
  reply.headers({ ...PRIVATE, etag }).status(304);
  return undefined;
}

function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
