const DAY_MS = 86_400_000;
/** Receipt times outside of this are not ours (a foreign producer's clock): the time of storing is taken instead. */
const OLDEST_RECEIPT_MS = 400 * DAY_MS;
const NEWEST_RECEIPT_MS = DAY_MS;

/** When a slice counts as received, milliseconds: as its message says, or `now` where that can't be. */
export function receiptTime(receivedAt: number, now: number): number {
  return receivedAt > now - OLDEST_RECEIPT_MS && receivedAt < now + NEWEST_RECEIPT_MS ? receivedAt : now;
}
