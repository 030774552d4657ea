import { maskSegments } from './mask-segments.js';

/** Folders whose content has names made by chance or by people. */
const VARIABLE_FOLDERS = /^((?:file:)?(?:\/private)?\/(?:tmp|var\/tmp|var\/folders|dev\/shm|proc|run\/user)\/)[^/].*/;
const HOME = /^((?:file:)?(?:\/home|\/Users|[A-Za-z]:\\Users)[/\\])[^/\\]+/;
/** Mean length of what lies between the slashes of random base64; folders have shorter names. */
const BASE64_SEGMENT = 16;
const BASE64_LENGTH = 20;

/**
 * An absolute URL with its variable parts masked: scheme, names of the host, words of the path and names of parameters stay.
 *
 * @param url without spaces
 */
export function maskUrl(url: string): string {
  const [scheme = '', rest = ''] = splitAt(url, url.indexOf('://') + 3);
  if (/^(?:data|blob):/i.test(scheme)) return '<url>';
  const { 0: authority = '' } = /^[^/?#]*/.exec(rest) ?? [];
  const tail = rest.slice(authority.length);
  // What stands before the @ is a name and a password.
  const user = authority.lastIndexOf('@');
  const host = user < 0 ? maskSegments(authority) : `<id>@${maskSegments(authority.slice(user + 1))}`;
  const question = tail.indexOf('?');
  if (question < 0) return scheme + host + maskPath(tail);
  const query = tail
    .slice(question + 1)
    .split('&')
    .map(maskParameter)
    .join('&');
  return `${scheme}${host}${maskPath(tail.slice(0, question))}?${query}`;
}

function maskParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  return equals < 0 ? maskSegments(parameter) : `${maskSegments(parameter.slice(0, equals))}=<str>`;
}

/** A path in a file system or a URL: words stay, ids go; temporary folders and homes keep no names. */
export function maskPath(path: string): string {
  const variable = VARIABLE_FOLDERS.exec(path);
  if (variable !== null) return `${variable[1] ?? ''}<path>`;
  const home = HOME.exec(path);
  if (home !== null) return `${home[1] ?? ''}<id>${maskSegments(path.slice(home[0].length))}`;
  return maskSegments(path);
}

/** What keys are named by: `ghp_...`, `whsec-...`. */
const KEY_PREFIX = /^[a-z]{2,8}[_-]/;

/** True for text like a digest, a key or a token: long, of capitals, small letters and digits, with slashes far apart. */
export function looksLikeBase64(text: string): boolean {
  if (text.length < BASE64_LENGTH || KEY_PREFIX.test(text) || !/^[0-9A-Za-z+/_-]+$/.test(text)) return false;
  if (!/[0-9+]/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false;
  return text.split(/[/_-]/).length * BASE64_SEGMENT <= text.length + BASE64_SEGMENT;
}

function splitAt(text: string, index: number): [string, string] {
  return [text.slice(0, index), text.slice(index)];
}
