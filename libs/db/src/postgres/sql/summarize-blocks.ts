import type { PoolClient } from 'pg';

/** Blocks at the end of a partition that are looked at when a process meets it: 512 MiB. Those before are vacuum's. */
const LOOK_BACK_BLOCKS = 65_536;
/** Ranges that one statement summarizes: a few hundred milliseconds of work. */
const RANGES = 1_000;

interface BrinIndex {
  readonly index: string;
  /** Of the partition. */
  readonly blocks: number;
  readonly range: number;
}

/** BRIN indexes of the attached partitions of `logs`, with the size of each partition and of a range. */
const INDEXES = `
  SELECT x.indexrelid::regclass::text AS index,
    (pg_relation_size(i.inhrelid) / current_setting('block_size')::integer)::float8 AS blocks,
    coalesce(substring(array_to_string(ic.reloptions, ',') FROM 'pages_per_range=(\\d+)'), '128')::integer AS range
  FROM pg_inherits i
  JOIN pg_index x ON x.indrelid = i.inhrelid AND x.indisvalid
  JOIN pg_class ic ON ic.oid = x.indexrelid
  JOIN pg_am am ON am.oid = ic.relam AND am.amname = 'brin'
  WHERE i.inhparent = 'logs'::regclass AND NOT i.inhdetachpending`;

const SUMMARIZE = `
  SELECT coalesce(sum(brin_summarize_range($1::regclass, block)), 0)::integer AS ranges
  FROM generate_series($2::bigint, $3::bigint, $4::bigint) AS block`;

/**
 * Tells the BRIN indexes of `logs` about blocks that were filled since: a range that they do not know is read by every search.
 * Their autosummarize waits for autovacuum, which comes once a minute and remembers 256 ranges
 * (https://www.postgresql.org/docs/current/brin.html#BRIN-OPERATION): under load most of what is new is left out.
 *
 * Takes SHARE UPDATE EXCLUSIVE for milliseconds: no writer waits; where vacuum has the partition, it gives up and vacuum does it.
 */
export class BlockSummaries {
  /** Index -> the first block that is not looked at yet. */
  private readonly reached = new Map<string, number>();

  /** @returns how many ranges were summarized */
  async run(client: PoolClient, signal: AbortSignal): Promise<number> {
    const { rows: indexes } = await client.query<BrinIndex>({ name: 'brin-indexes', text: INDEXES });
    for (const known of this.reached.keys()) if (!indexes.some(({ index }) => index === known)) this.reached.delete(known);
    let ranges = 0;
    for (const each of indexes) ranges += await this.summarize(client, each, signal);
    return ranges;
  }

  private async summarize(client: PoolClient, { index, blocks, range }: BrinIndex, signal: AbortSignal): Promise<number> {
    // The last range still grows: as long as it is not summarized, writers need not keep its summary right.
    const end = Math.floor(blocks / range) * range;
    let from = this.reached.get(index) ?? Math.max(0, end - Math.floor(LOOK_BACK_BLOCKS / range) * range);
    let ranges = 0;
    while (from < end) {
      signal.throwIfAborted();
      const to = Math.min(end, from + RANGES * range);
      const { rows } = await client.query<{ ranges: number }>({
        name: 'summarize-blocks',
        text: SUMMARIZE,
        values: [index, from, to - range, range],
      });
      ranges += rows[0]?.ranges ?? 0;
      from = to;
      this.reached.set(index, from);
    }
    this.reached.set(index, from);
    return ranges;
  }
}
