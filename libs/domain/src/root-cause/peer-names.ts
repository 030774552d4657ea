import { attributesOf } from './record-attributes.js';

const SUFFIX = /[-_. ]?(?:service|svc|server|srv|api|app|ms|worker|consumer|processor|handler|backend|gateway)$/;

/** How a text may name a service: by its full name, or by the noun it is about. */
export interface ServiceName {
  readonly exact: readonly string[];
  /** Singular or shortened forms: a weaker sign, since `Order failed` may speak of an order. */
  readonly loose: readonly string[];
}

export function serviceName(service: string): ServiceName {
  const name = service.toLowerCase();
  const short = name.replace(SUFFIX, '');
  const exact = new Set([name, name.replace(/[-_.]/g, ' '), name.replace(/[-_.\s]/g, '')]);
  if (short.length >= 3) exact.add(short).add(short.replace(/[-_.]/g, ' '));
  const loose = new Set<string>();
  for (const form of exact) if (form.endsWith('s') && form.length > 4) loose.add(form.slice(0, -1));
  if (!short.endsWith('s') && short.length >= 3) loose.add(`${short}s`);
  return { exact: [...exact].filter((form) => form.length >= 2), loose: [...loose] };
}

/** 2 where the text (lower case) names the service, 1 where it may, 0 where it does not. */
export function namesService(text: string, { exact, loose }: ServiceName): 0 | 1 | 2 {
  if (exact.some((form) => holdsWord(text, form))) return 2;
  return loose.some((form) => holdsWord(text, form)) ? 1 : 0;
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isWordUnit(text.charCodeAt(at - 1)) && !isWordUnit(text.charCodeAt(at + word.length))) return true;
  }
  return false;
}

/** Of lower-case texts; NaN (beyond an end) is none. */
function isWordUnit(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit > 127;
}

const ATTRIBUTES = [
  'peer.service',
  'server.address',
  'net.peer.name',
  'rpc.service',
  'upstream',
  'target',
  'http.host',
  'db.system',
];
const URL_HOST = /\b[a-z][a-z+]{1,12}:\/\/(?:[^\s/@]*@)?([a-z][a-z0-9._-]*)/;
const HOST_PORT = /(?:^|[\s"'(=@/])([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):\d{2,5}\b/;
const SPOKEN =
  /\b(?:waiting (?:for|on)|calling|(?:call|calls|request|requests|connection|connect|connecting) to|reach|contacting|dial(?: tcp)?|enotfound|eai_again|lookup|host|response from|reply from|answer from|refused by|reset by|upstream|invoking|querying|gave up on)\s+(?:the\s+)?["'`]?([a-z][a-z0-9._-]*[a-z0-9])/;
const NO_NAME = new Set(
  (
    'response reply answer upstream server service connection connections host client peer remote lock the a an it its their this ' +
    'result results data request requests headers body downstream available free establish connect complete completion in within ' +
    'localhost returned responded answered sent said returns connect unavailable error call timeout timed time after backend database failed error was is on for and but to from'
  ).split(' '),
);

/** The peer that an error record's attributes name, in lower case; empty where they name none. */
export function attributedPeer(attributes: string): string {
  return attributes === ''
    ? ''
    : attributesOf(attributes)
        .text(...ATTRIBUTES)
        .toLowerCase();
}

/**
 * Who an error record waited for or could not reach, as it says itself: an attribute (`peer.service`, `server.address`, ...),
 * a URL's host, `host:port`, or words such as "waiting for inventory". Empty where it says none.
 *
 * @param text In lower case.
 */
export function spokenPeer(text: string, attributes: string): string {
  const known = attributedPeer(attributes);
  if (known !== '') return known;
  for (const pattern of [URL_HOST, HOST_PORT, SPOKEN]) {
    const name = pattern.exec(text)?.[1];
    if (name !== undefined && !NO_NAME.has(name)) return name;
  }
  return '';
}
