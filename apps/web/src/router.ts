import { useSyncExternalStore } from 'react';

/*
 * A router on the History API. A place is a path and its parameters; everything that a person can see is part of it, so
 * that every view can be shared as a link. Parameters that are empty are left out.
 */

export interface Place {
  /** Decoded parts: `/traces/a%2Fb` -> ['traces', 'a/b']. */
  readonly parts: readonly string[];
  readonly parameters: URLSearchParams;
}

const listeners = new Set<() => void>();
let href = location.pathname + location.search;
let place = placeOf(href);

function placeOf(url: string): Place {
  const { pathname, searchParams } = new URL(url, location.origin);
  const parts = pathname.split('/').filter(Boolean).map(decoded);
  return { parts, parameters: searchParams };
}

/** A path that somebody typed may hold a % that encodes nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function update(): void {
  const now = location.pathname + location.search;
  if (now === href) return;
  href = now;
  place = placeOf(href);
  for (const listener of listeners) listener();
}

addEventListener('popstate', update);

export function usePlace(): Place {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => place,
  );
}

/** Goes to a view. @param replace true for steps within a view that the back button should not repeat */
export function go(url: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (url === href) return;
  const samePath = new URL(url, location.origin).pathname === location.pathname;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  update();
  if (!samePath) scrollTo(0, 0);
}

export type Parameters = Readonly<Record<string, string | null | undefined>>;

/** A link to a view: parts are encoded, empty parameters left out. */
export function urlOf(parts: readonly string[], parameters: Parameters = {}): string {
  const entries = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const query = new URLSearchParams(entries).toString();
  return `/${parts.map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

/** The present view with some parameters changed; null or '' takes one away. */
export function urlWith(changes: Parameters): string {
  const now = Object.fromEntries(place.parameters);
  return urlOf(place.parts, { ...now, ...changes });
}
