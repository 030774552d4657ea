import { EXIT, Failure } from './failure.js';

/** A JSON object whose members grow with the server's versions. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What GET /api/v1/status answers: how much is stored, and how far behind it is.
 * @param origin `http://host:port`
 * @throws Failure where nothing, or something else, answers there
 */
export async function readHttpStatus(origin: string, timeoutMs: number): Promise<JsonObject> {
  const url = `${origin}/api/v1/status`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw unavailable(`${url} does not answer (${reasonOf(error)}).`);
  });
  if (!response.ok) throw unavailable(`${url} answers ${response.status} ${response.statusText}.`);
  const body: unknown = await response.json().catch(() => null);
  if (!isObject(body)) throw unavailable(`${url} does not answer as Rootspan does.`);
  return body;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unavailable(message: string): Failure {
  return new Failure(
    EXIT.unavailable,
    message,
    'name the HTTP server of the all-in-one or of query-service: `npm start` prints it',
  );
}

/** fetch says `fetch failed`; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
