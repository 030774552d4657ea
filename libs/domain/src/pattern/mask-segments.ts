import type { Placeholder } from './placeholder.js';
import { looksRandom } from './random-word.js';

/** Names that have digits and stand for one thing. */
const NAMES = new Set(
  (
    's3 ec2 k8s h2 h264 h265 http1 http2 http3 oauth1 oauth2 oauth utf8 utf16 utf32 sha1 sha2 sha3 sha256 sha384 sha512 md4 md5 ' +
    'base32 base58 base64 ipv4 ipv6 inet4 inet6 x509 x86 log4j slf4j log4net int8 int16 int32 int64 uint8 uint16 uint32 uint64 ' +
    'float32 float64 i18n l10n mp3 mp4 m4a woff2 bz2 gzip2 p12 pkcs12 ed25519 rs256 hs256 es256 aes128 aes256 tls1 tlsv1 es6 ' +
    'v1 v2 v3 v4 db2 neo4j web3 3d 2fa'
  ).split(' '),
);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/iy;
const IPV4 = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:\/\d{1,2}(?!\d))?(?::\d{1,5})?(?![0-9a-z])/iy;
const ASCII_RUN = /[0-9A-Za-z]+/y;
const HEX_DIGITS = 8;
/** Tokens of mixed case are seldom shorter. */
const TOKEN_LENGTH = 16;

/**
 * Masks the variable parts of a text without spaces, such as `order-7f3a9c10.failed`, and keeps the words: `order-<hex>.failed`.
 *
 * Runs of letters and digits are looked at one by one. What is joined to a variable run by `-` or `_` belongs to the same id
 * (`payments-7f9c6d5b8-xkqzb` is `payments-<id>`): the last part of an id may have no digit by chance.
 */
export function maskSegments(text: string): string {
  let out = '';
  let open: Placeholder | null = null;
  for (let i = 0; i < text.length;) {
    const found = matchAt(UUID, text, i) ?? matchAt(IPV4, text, i);
    if (found !== null) {
      out += found.includes('-') ? '<uuid>' : '<ip>';
      open = null;
      i += found.length;
      continue;
    }
    const run = matchAt(ASCII_RUN, text, i);
    if (run === null) {
      const joint = text.charAt(i);
      i++;
      const next: string | null = open !== null && (joint === '-' || joint === '_') ? matchAt(ASCII_RUN, text, i) : null;
      if (next !== null && open !== null) {
        // One id, however many parts it has.
        out = `${out.slice(0, out.length - open.length)}<id>`;
        open = '<id>';
        i += next.length;
      } else {
        out += joint;
        open = null;
      }
      continue;
    }
    // `v1` is a name in `/api/v1/orders`, not in `v1.4`.
    const isName = NAMES.has(run.toLowerCase()) && !/^\.[0-9]/.test(text.slice(i + run.length, i + run.length + 2));
    open = isName ? null : variableKind(run);
    out += open ?? run;
    i += run.length;
  }
  return withoutLooseEnds(out, text);
}

/** What random text may begin and end with: `-`, `_`, and a first part that is too short to be a name (`x_<id>`, `aB-<id>`). */
function withoutLooseEnds(masked: string, text: string): string {
  const trimmed = masked.replace(/^[-_]+(?=<id>)/, '').replace(/(?<=<id>)[-_]+$/, '');
  const mixed = text.length >= TOKEN_LENGTH && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
  return mixed ? trimmed.replace(/^(?:[A-Za-z]|(?=[a-z]{0,2}[A-Z])[A-Za-z]{2,3})[-_]+(?=<id>)/, '') : trimmed;
}

/** Null for a word. @param run ASCII letters and digits */
function variableKind(run: string): Placeholder | null {
  if (!/[0-9]/.test(run)) return looksRandom(run) ? '<id>' : null;
  if (/^[0-9]+(?:st|nd|rd|th)?$/.test(run)) return '<num>';
  if (/^0x[0-9a-f]+$/i.test(run)) return '<hex>';
  return run.length >= HEX_DIGITS && /^[0-9a-f]+$/i.test(run) ? '<hex>' : '<id>';
}

function matchAt(pattern: RegExp, text: string, index: number): string | null {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? null;
}
