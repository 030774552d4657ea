import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

/** `127.0.0.1:8080`, and with brackets where the host is IPv6: `[::1]:8080`. */
export function formatAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A server can't listen as configured. `userMessage` is one sentence that says what to do. */
export class ListenError extends Error {
  override readonly name: string = 'ListenError';
  readonly userMessage: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.userMessage = message;
  }
}

/** Another program listens there already. */
export class AddressInUseError extends ListenError {
  override readonly name = 'AddressInUseError';
}

/** What a server was told to listen on. */
export interface ListenTarget {
  /** Variable that the port came from, such as GRPC_PORT. */
  readonly variable: string;
  readonly host: string;
  readonly port: number;
  /** True where the variable may say `off`. */
  readonly canBeOff?: boolean;
}

/** Explains why listening failed. Works from the text where grpc-js has thrown the system's code away. */
export function explainListenError({ variable, host, port, canBeOff = false }: ListenTarget, cause: unknown): Error {
  const text = cause instanceof Error ? `${'code' in cause ? String(cause.code) : ''} ${cause.message}` : String(cause);
  if (text.includes('EADDRINUSE')) {
    return new AddressInUseError(
      `${variable} ${port} on ${host} is taken: stop the other program or set ${variable} to another port (0 picks a free one${canBeOff ? ', off does without' : ''}).`,
      { cause },
    );
  }
  if (text.includes('EACCES')) {
    return new ListenError(
      `${variable} ${port} on ${host} may not be opened by this user: set ${variable} to a port above 1023.`,
      {
        cause,
      },
    );
  }
  if (text.includes('EADDRNOTAVAIL')) {
    return new ListenError(`HOST ${host} is not an address of this machine: set HOST to one that is, 127.0.0.1 or 0.0.0.0.`, {
      cause,
    });
  }
  return cause instanceof Error ? cause : new Error(text);
}

/**
 * The one address that a host name stands for. Both servers bind to this one: a name with several addresses would
 * otherwise let them listen on half of these without a word.
 * @throws ListenError where the name is not known
 */
export async function resolveHost(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new ListenError(`HOST ${host} can not be resolved: set HOST to an address of this machine, 127.0.0.1 or 0.0.0.0.`, {
      cause,
    });
  }
}
