import { RootspanError, storeFailed, type StoreFailure } from '#platform';

/** What is not the caller's fault becomes the contract's text for this question. */
export async function answer<T>(failure: StoreFailure, signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RootspanError || signal.aborted) throw error;
    throw storeFailed(failure, error);
  }
}
