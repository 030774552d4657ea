/** The store of a suite, made before its tests and closed after them. */
export function sharedStore<T extends { close(): Promise<void> }>(make: () => Promise<T>): () => T {
  let store: T | undefined;
  beforeAll(async () => {
    store = await make();
  }, 60_000);
  afterAll(async () => {
    await store?.close();
  }, 60_000);
  return () => {
    if (store === undefined) throw new Error('the store was not made');
    return store;
  };
}
