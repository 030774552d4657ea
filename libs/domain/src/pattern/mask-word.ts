import { looksLikeBase64, maskPath, maskUrl } from './mask-location.js';
import { maskSegments } from './mask-segments.js';

const IPV6 = /^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:(?:\.\d{1,3}){3})?(?:%[0-9a-z]{1,16})?$/i;
const MAC = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i;
const HEX_ONLY = /^[0-9a-f]{5,16}$/i;
const VERSION = /^v?\d+(?:\.\d+)*$/i;

/**
 * Masks a text without spaces, brackets, commas and quotes. Trailing punctuation is the sentence's and stays.
 *
 * @param word not empty
 */
export function maskWord(word: string): string {
  let end = word.length;
  while (end > 0 && '.:!?…'.includes(word.charAt(end - 1))) end--;
  const core = word.slice(0, end);
  return maskCore(core) + word.slice(end);
}

function maskCore(core: string): string {
  if (core.includes('://')) return maskUrl(core);
  if (/^data:[a-z]/i.test(core)) return '<url>';
  if (core.includes('@')) return maskAt(core);
  if (MAC.test(core)) return '<hex>';
  if (isIpv6(core)) return '<ip>';
  if (looksLikeBase64(core)) return '<id>';
  return core.includes('/') || core.includes('\\') ? maskPath(core) : maskSegments(core);
}

/** `::` makes short forms; without it there are eight groups, or six and an IPv4 address. */
function isIpv6(core: string): boolean {
  return IPV6.test(core) && (core.includes('::') ? core.length > 2 : core.split(':').length === (core.includes('.') ? 7 : 8));
}

/** An e-mail address, an object's hash (`com.shop.Order@1b6d3586`), a package with its version (`lodash@4.17.21`) or neither. */
function maskAt(core: string): string {
  const at = core.lastIndexOf('@');
  const local = core.slice(0, at);
  const domain = core.slice(at + 1);
  // The @ of a scoped package is its first character.
  if (local === '' || domain === '' || local.includes('/')) return maskSegments(core);
  if (VERSION.test(domain)) return `${maskSegments(local)}@<num>`;
  if (HEX_ONLY.test(domain) && (local.includes('.') || /[A-Z]/.test(local))) return `${maskSegments(local)}@<hex>`;
  return '<email>';
}
