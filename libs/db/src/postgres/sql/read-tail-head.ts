import { StorePosition } from '#domain';
import type { QueryConfig } from 'pg';

/** A partition of a topic that another one has replaced, and of which nothing is noted: all that there is of it lies below. */
const END = '9223372036854775807';

/**
 * Where each partition stands that ever fed the store. Where a position was put back or wiped, a replay is under way: what
 * it covers was there before, so the head stays where it was.
 */
const HEAD = `
  SELECT b.epoch, b."partition",
    coalesce(greatest(p.next_offset, p.covered_until, noted.upper), CASE WHEN EXISTS (
      SELECT FROM bus_positions other WHERE other.topic = e.topic AND other."partition" = b."partition"
    ) THEN ${END} ELSE 0 END)::text AS next,
    noted.lower::text, noted.upper::text, noted.rows::float8,
    (extract(epoch FROM noted.received_from) * 1000)::float8 AS received_from,
    (extract(epoch FROM noted.received_to) * 1000)::float8 AS received_to,
    before.lower::text AS lower_before, before.rows::float8 AS rows_before
  FROM bus_partitions b
  JOIN bus_epochs e ON e.epoch = b.epoch
  LEFT JOIN bus_positions p ON p.topic = e.topic AND p."partition" = b."partition"
    AND p.cluster_id = e.cluster_id AND p.topic_id = e.topic_id
  LEFT JOIN LATERAL (
    SELECT lower, upper, rows, received_from, received_to FROM stored_ranges r WHERE r.epoch = b.epoch AND r."partition" = b."partition" ORDER BY lower DESC LIMIT 1
  ) AS noted ON true
  LEFT JOIN LATERAL (
    SELECT lower, rows FROM stored_ranges r WHERE r.epoch = b.epoch AND r."partition" = b."partition" AND r.upper = noted.lower
      AND r.lower < noted.lower ORDER BY lower DESC LIMIT 1
  ) AS before ON true`;

/** The statement; `tailHeadOf` reads its rows. */
export const READ_TAIL_HEAD: QueryConfig = { name: 'tail-head', text: HEAD };

export interface TailHeadRow {
  readonly epoch: number;
  readonly partition: number;
  readonly next: string;
  /** The last range that is noted; nulls where there is none. */
  readonly lower: string | null;
  readonly upper: string | null;
  readonly rows: number | null;
  /** When its rows were received, milliseconds since 1970; null where it has none. */
  readonly received_from: number | null;
  readonly received_to: number | null;
  /** The range that ends where that one begins; nulls where there is none. */
  readonly lower_before: string | null;
  readonly rows_before: number | null;
}

export function tailHeadOf(rows: readonly TailHeadRow[]): StorePosition {
  return StorePosition.of(rows.map(({ epoch, partition, next }) => ({ epoch, partition, offset: BigInt(next), index: 0 })));
}
