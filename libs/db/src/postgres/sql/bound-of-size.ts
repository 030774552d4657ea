import type { PoolClient } from 'pg';
import { readAllPartitions } from './read-partitions.js';

/** What a bound of size means for the partitions that are there. */
export interface SizeBound {
  /** Partitions that end here or before are to go, milliseconds since 1970; -Infinity where all fit. */
  readonly cutoff: number;
  /** How many those are. */
  readonly partitionsOver: number;
  /** Bytes of the others, with indexes, large values, and their share of what is kept beside the records. */
  readonly keptBytes: number;
}

/** What searches have beside the records; each partition is reckoned to have a share of it, which goes with it. */
const BESIDE = ['log_counts', 'new_log_counts', 'text_signatures'];
const SIZES = `
  SELECT name, coalesce(pg_total_relation_size(to_regclass(name)), 0)::float8 AS bytes FROM unnest($1::text[]) AS name`;

/**
 * Which of the oldest partitions have to go so that the others take no more than `maxBytes`. The partition that holds now, and
 * those of days to come, never go, whatever they take.
 *
 * @param maxBytes null: no bound
 * @param now milliseconds since 1970
 */
export async function boundOfSize(client: PoolClient, maxBytes: number | null, now: number): Promise<SizeBound> {
  const partitions = (await readAllPartitions(client)).filter(({ detaching }) => !detaching).sort((a, b) => a.to - b.to);
  const names = partitions.map(({ name }) => name);
  const own = await sizesOf(client, names);
  const beside = sumOf(await sizesOf(client, BESIDE));
  const share = beside / Math.max(1, sumOf(own));
  let keptBytes = sumOf(own) + beside;
  let cutoff = -Infinity;
  let partitionsOver = 0;
  for (const { name, to } of partitions) {
    // Those of logs and of spans that end together go together.
    if (maxBytes === null || to > now || (keptBytes <= maxBytes && to > cutoff)) break;
    keptBytes -= (own.get(name) ?? 0) * (1 + share);
    cutoff = to;
    partitionsOver++;
  }
  return { cutoff, partitionsOver, keptBytes: Math.round(keptBytes) };
}

async function sizesOf(client: PoolClient, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ name: string; bytes: number }>({ name: 'table-sizes', text: SIZES, values: [names] });
  return new Map(rows.map(({ name, bytes }) => [name, bytes]));
}

function sumOf(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}
