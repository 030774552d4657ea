import { invalidField } from '#platform';

const MAX_BYTES = 256;

/** An id or a name that a store can hold; throws INVALID_ARGUMENT, naming the field, where it can't. @param what `an id` */
export function storedText(field: string, text: string, what: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw invalidField(field, `has ${bytes} bytes: ${what} has at most ${MAX_BYTES}`);
  if (text.includes('\0')) throw invalidField(field, `holds U+0000, which no stored one does`);
  return text;
}
