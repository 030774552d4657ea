/** The order in which every process locks rows, so that none waits for the other in a ring: the same whatever the locale. */
export function compareKeys<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
