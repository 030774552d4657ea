/**
 * The rows of some traces, said so that the index serves it: it holds 64-bit hashes, a third of the bytes of whole ids
 * (docs/adr/011), and the ids themselves are compared in the row.
 *
 * PostgreSQL's hash partitioning places rows by the same function, so pg_upgrade relies on it to stay as it is.
 *
 * @param ids SQL expressions of type text
 */
export function ofTrace(...ids: readonly string[]): string {
  const hashes = ids.map((id) => `hashtextextended(${id}, 0)`);
  return `hashtextextended(trace_id, 0) IN (${hashes.join(', ')}) AND trace_id IN (${ids.join(', ')})`;
}
