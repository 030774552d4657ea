import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { forbiddenOrigin } from '../errors/errors.js';
import type { RootspanError } from '../errors/rootspan-error.js';

/** True for names and addresses that only this machine can mean: 127.0.0.0/8, ::1, localhost and below. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare) === 0) {
    return /^(.+\.)?localhost\.?$/.test(bare);
  }
  return bare === '::1' || /^(::ffff:)?127\./.test(bare);
}

function hostNameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/**
 * Guards a server on loopback, which anybody's web page can reach through the visitor's browser. Refused are a Host that
 * is not this machine (DNS rebinding: a page's own name was pointed at 127.0.0.1) and an Origin that is not (a page that
 * posts). Programs other than browsers send no Origin and are not hindered.
 *
 * @returns the refusal, or null where the request may pass
 */
export function loopbackFault(headers: IncomingHttpHeaders): RootspanError | null {
  const { host, origin } = headers;
  if (host !== undefined && !isLoopback(hostNameOf(`http://${host}`))) {
    return forbiddenOrigin(
      `This server listens on loopback only and is not known as ${JSON.stringify(host)}: call it by 127.0.0.1 or localhost, or set HOST.`,
    );
  }
  if (origin !== undefined && !isLoopback(hostNameOf(origin))) {
    return forbiddenOrigin(`Web pages of ${JSON.stringify(origin)} may not call this server, which listens on loopback only.`);
  }
  return null;
}
