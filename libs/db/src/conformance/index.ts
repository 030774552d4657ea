export { TestPartition, bytesOf, freshName, storeGood, storeSome, valueOf, valueOfBytes, type SliceOf } from './batches.js';
export { describeDagStore, type DagStoreUnderTest } from './dag-store.js';
export { describeErrorTraceQueue } from './error-trace-queue.js';
export { describeLogStore } from './log-store.js';
export type { LogStoreUnderTest, MakeLogStore } from './log-store-under-test.js';
export { startPostgresUnderTest, type PostgresUnderTest } from './postgres-under-test.js';
export { readNewest, readTrace } from './read-all.js';
export { waitUntil } from './wait-until.js';
