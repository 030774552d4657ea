import { malformed, type Caller } from '#platform';
import { digestKey, type ForeignIngest } from '../records/foreign-ingest.js';
import type { RecordBatch } from '../records/record-batch.js';
import { timestampOf, timestampOfNanos } from '../records/timestamp.js';

/** This API's tenants are named by so many characters. */
export const TENANT_CHARACTERS = 10;

/** Digits are nanoseconds whatever their number, as in Loki's push; else a date or RFC 3339. Null where it is no time. */
export function readTime(time: unknown): string | null {
  if (typeof time !== 'string' && typeof time !== 'number') return null;
  const text = String(time).trim();
  return timestampOfNanos(text) ?? (typeof time === 'string' ? timestampOf(text) : null);
}

/**
 * Resolves once all entries are durable. The same body again is a retry where its clock is finer than a second.
 *
 * @param body what the batch was decoded from
 * @throws RootspanError 400 where entries break a limit; the others are kept then
 */
export async function sendPush(ingest: ForeignIngest, caller: Caller, body: Buffer, batch: RecordBatch): Promise<void> {
  const retryKey = batch.hasFineTimes ? digestKey(body) : '';
  const { accepted, rejected, faults } = await ingest.send(caller, batch, { protocol: 'tenant-stream', retryKey });
  const [first] = faults;
  if (first === undefined) return;
  const sentence = `${rejected} of ${rejected + accepted} entries were refused, the others are kept`;
  throw malformed(`${sentence}; entry ${first.row}: ${first.field} ${first.reason}.`);
}
