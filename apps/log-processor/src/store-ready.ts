/** Resolves once the databases answer and their schemas are there; rejects with ClosingError where the program ends before. */
export type StoreReady = () => Promise<void>;

/** The provider's token. */
export const STORE_READY = Symbol('StoreReady');
