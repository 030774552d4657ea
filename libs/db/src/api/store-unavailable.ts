/** The database can't be asked now: not reachable, starting, shutting down, out of connections or of disk. Retry later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
