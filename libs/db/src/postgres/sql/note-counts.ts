import type { PoolClient } from 'pg';
import type { CountTally } from '../copy/count-tally.js';
import { arrayText, quotedElement } from './array-text.js';

/**
 * Adds what a transaction has counted, in that transaction: counts and rows are there together or not at all. A select at its
 * top, so that its command tag is none of an INSERT.
 */
export const NOTE_COUNTS = `
  WITH noted AS (
    INSERT INTO new_log_counts (tenants, starts_at, received_on, services, severities, counts)
    VALUES ($1::text[], $2::timestamptz[], $3::date[], $4::text[], $5::smallint[], $6::bigint[]) RETURNING 1
  ) SELECT count(*) FROM noted`;

export async function noteCounts(client: PoolClient, counts: CountTally): Promise<void> {
  const values = notedCounts(counts);
  if (values !== null) await client.query({ name: 'note-counts', text: NOTE_COUNTS, values });
}

/** The parameters of NOTE_COUNTS; null where nothing was counted. */
export function notedCounts(counts: CountTally): string[] | null {
  const columns: (string | number)[][] = [[], [], [], [], [], []];
  const [tenants = [], starts = [], days = [], services = [], severities = [], numbers = []] = columns;
  for (const { tenant, startsAt, receivedOn, service, severity, count } of counts.lines()) {
    tenants.push(quotedElement(tenant));
    starts.push(new Date(startsAt * 1000).toISOString());
    days.push(receivedOn);
    services.push(quotedElement(service));
    severities.push(severity);
    numbers.push(count);
  }
  return tenants.length === 0 ? null : columns.map(arrayText);
}
