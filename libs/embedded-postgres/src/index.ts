export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.js';
export { DataFolderInUseError, EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './errors.js';
export type { ServerState } from './server.js';
export { startThrowawayPostgres, type ThrowawayPostgres } from './throwaway.js';
