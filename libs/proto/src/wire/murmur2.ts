/**
 * Kafka's murmur2 (org.apache.kafka.common.utils.Utils.murmur2), so that a trace goes to the partition that every other
 * producer with the default partitioner and the trace id as key would choose.
 */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const M = 0x5bd1e995;
  const length = end - start;
  let hash = 0x9747b28c ^ length;
  let at = start;
  for (const last = start + (length & ~3); at < last; at += 4) {
    let k = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    k = Math.imul(k, M);
    hash = Math.imul(hash, M) ^ k;
  }
  const rest = length & 3;
  if (rest > 0) {
    if (rest === 3) hash ^= (bytes[at + 2] ?? 0) << 16;
    if (rest >= 2) hash ^= (bytes[at + 1] ?? 0) << 8;
    hash ^= bytes[at] ?? 0;
    hash = Math.imul(hash, M);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** The partition that Kafka's default partitioner gives to a key. */
export function partitionOf(bytes: Uint8Array, start: number, end: number, partitions: number): number {
  return (murmur2(bytes, start, end) & 0x7fffffff) % partitions;
}
