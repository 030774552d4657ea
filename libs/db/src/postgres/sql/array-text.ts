/** A list as PostgreSQL writes arrays, for a parameter such as `$1::text[]`. Elements are written as they are. */
export function arrayText(elements: readonly (string | number)[]): string {
  return `{${elements.join(',')}}`;
}

/** A text as an element of one. Source: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
export function quotedElement(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
