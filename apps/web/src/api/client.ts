import { Problem, problemOf } from './problem.js';

export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** The address of a question; parameters that say nothing are left out, as the server refuses names it does not know. */
export function apiUrl(path: string, query: Query = {}): string {
  const entries = Object.entries(query).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  const text = new URLSearchParams(entries).toString();
  return `/api/v1/${path}${text === '' ? '' : `?${text}`}`;
}

/** @throws Problem */
export async function getJson<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
  return (await (await ask(apiUrl(path, query), { signal })).json()) as T;
}

/** @throws Problem */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await ask(apiUrl(path), { signal })).text();
}

/** @throws Problem */
export async function postJson<T>(path: string, body: object): Promise<T> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return (await (await ask(apiUrl(path), init)).json()) as T;
}

/** @throws Problem; what `fetch` throws where the signal was aborted */
export async function ask(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new Problem(0, 'unreachable', 'The server does not answer. It may be stopped or restarting.');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** An id as a part of a path. */
export const part = encodeURIComponent;
