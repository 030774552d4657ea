import { StoreUnavailableError } from '#db';
import { RootspanError, storeFailed, unavailable, type StoreFailure } from '#platform';

/**
 * The errors of the queries as REST tells them: fields by the names that parameters have here, a store that is away as 503,
 * and what is not the caller's fault by the text of this question.
 */
export async function answer<T>(failure: StoreFailure, signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RootspanError) throw error.field === undefined ? error : error.withField(parameterOf(error.field));
    if (signal.aborted) throw signal.reason;
    if (error instanceof StoreUnavailableError) throw unavailable('The database', { cause: error });
    throw storeFailed(failure, error);
  }
}

/** Parameters that are not just named as the rpcs' fields in camelCase. */
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['page_size', 'limit'],
  ['query', 'q'],
  ['order_by', 'order'],
]);

/** `page_token` -> `pageToken`. */
function parameterOf(field: string): string {
  return PARAMETERS.get(field) ?? field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
