import type { QueryConfig } from 'pg';
import type { Stretch } from '../tail/tail-parts.js';

/** Ranges of a partition in one answer: minutes of it. */
export const RANGES_AT_ONCE = 16;

function rangesText(bounds: string, limit: string): string {
  return `
  SELECT v.epoch, v."partition", r.lower::text, r.upper::text, r.rows::float8,
    (extract(epoch FROM r.received_from) * 1000)::float8 AS received_from,
    (extract(epoch FROM r.received_to) * 1000)::float8 AS received_to
  FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[]) AS v (epoch, "partition", low, high)
  CROSS JOIN LATERAL (
    SELECT * FROM stored_ranges s
    WHERE s.epoch = v.epoch AND s."partition" = v."partition" AND s.lower < v.high AND s.upper > v.low ${bounds}
    ORDER BY s.lower ${limit}
  ) AS r
  ORDER BY v.epoch, v."partition", r.lower`;
}

/** From the range that holds the stretch's beginning on: it is found by the key, however many ranges there are. */
const USUAL = rangesText(
  `AND s.lower >= coalesce((
      SELECT max(f.lower) FROM stored_ranges f WHERE f.epoch = v.epoch AND f."partition" = v."partition" AND f.lower <= v.low
    ), v.low)`,
  `LIMIT ${RANGES_AT_ONCE}`,
);
/** Replays leave ranges that overlap: then all of the partition are looked at. */
const ALL = rangesText('', '');

export interface StoredRangeRow {
  readonly epoch: number;
  readonly partition: number;
  readonly lower: string;
  readonly upper: string;
  readonly rows: number;
  /** Milliseconds since 1970; null where no message was stored. */
  readonly received_from: number | null;
  readonly received_to: number | null;
}

/** The ranges that hold something of these stretches. @param all whether ranges that overlap are looked for too */
export function readStoredRanges(stretches: readonly Stretch[], all: boolean): QueryConfig {
  const values = [
    stretches.map(({ from }) => from.epoch),
    stretches.map(({ from }) => from.partition),
    stretches.map(({ from }) => String(from.offset)),
    stretches.map(({ end }) => String(end)),
  ];
  return { name: all ? 'all-stored-ranges' : 'stored-ranges', text: all ? ALL : USUAL, values };
}
