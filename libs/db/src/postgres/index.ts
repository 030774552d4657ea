export { Database, type DatabaseOptions } from './database.js';
export { migrateDatabase, schemaIsCurrent, type DatabaseName } from './migrate.js';
export { putPosition } from './sql/put-position.js';
export { readPositions } from './sql/read-positions.js';
export { PostgresDagStore } from './postgres-dag-store.js';
export { PostgresDeadLetters } from './postgres-dead-letters.js';
export { PostgresErrorTraceQueue } from './postgres-error-trace-queue.js';
export { PostgresLogReader } from './postgres-log-reader.js';
export { PostgresLogWriter } from './postgres-log-writer.js';
