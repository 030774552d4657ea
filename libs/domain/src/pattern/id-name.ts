const LAST_PART = /(?:^|[_.\-:])(?:id|uuid|guid|sid|token|hash|sha|digest|etag|nonce)$/i;
const LAST_HUMP = /[a-z](?:Id|ID|Uuid|UUID|Guid|GUID|Token|Hash|Digest)$/;

/** True for the name of a field that holds an id: `order_id`, `traceId`, `commit.sha`. What it holds is masked whatever it looks like. */
export function isIdName(name: string): boolean {
  // Only the end counts.
  const end = name.slice(-40);
  return LAST_PART.test(end) || LAST_HUMP.test(end);
}
