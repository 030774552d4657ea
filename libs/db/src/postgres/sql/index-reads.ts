/**
 * Keeps a transaction from reading partitions whole: one that is minutes old has no statistics and looks small enough for it, while
 * it is read side by side with the ingest. The indexes on time, receipt and trace are never worse.
 */
export const READ_BY_INDEX = 'SET LOCAL enable_seqscan = off';
