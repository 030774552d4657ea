import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** Ends the sentences of requests and connections that we ended ourselves. */
export const GIVEN_UP = 'this client has been given up';
const KEEP_ALIVE_DELAY_MS = 30_000;

/**
 * The sockets of one kafkajs client, so that giving the client up really ends it.
 *
 * A kafkajs producer that is told to disconnect in the middle of a retry connects again by itself and sends what its
 * caller has given up on. After `destroy` its requests fail at once and it can't open another socket.
 */
export class SocketSet {
  private readonly sockets = new Set<net.Socket>();
  private destroyed = false;

  /** kafkajs's `socketFactory`. */
  readonly create: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.destroyed) throw new Error(GIVEN_UP);
    const servername = net.isIP(host) === 0 ? { servername: host } : {};
    // kafkajs hands over `false` or `true` where its types promise options.
    const options: object = typeof ssl === 'object' && ssl !== null ? ssl : {};
    const socket = ssl
      ? tls.connect({ host, port, ...servername, ...options }, onConnect)
      : net.connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    socket.setNoDelay(true);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  };

  destroy(): void {
    this.destroyed = true;
    for (const socket of this.sockets) socket.destroy(new Error(GIVEN_UP));
  }
}
