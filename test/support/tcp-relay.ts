import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { waitUntil } from './wait-until.js';

/** One client's connection through the relay. */
interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  /** What the client has sent since it is held; null: nothing is held. */
  held: Buffer[] | null;
  /** Bytes that the server has answered since the last release. */
  answered: number;
}

/** What a binary COPY begins with. Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". */
const COPY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Beyond the signature, and the header that it is part of. */
const WITHIN_ROWS = 64;
/** PostgreSQL's messages CopyDone and Sync. */
const COPY_DONE_SYNC = Buffer.from('c\0\0\0\x04S\0\0\0\x04', 'latin1');
const SYNC_LENGTH = 5;

/** Says of what a client sent at once from which byte on it is to be held, with all that follows on that connection; -1: not. */
export type HoldRule = (bytes: Buffer) => number;

/**
 * Stands between a client and a server, and can hold back what a client sends: so a process can be stopped with a
 * statement on its way, at a place of the test's choice, whatever the scheduler does.
 */
export class TcpRelay {
  private readonly passages = new Set<Passage>();
  private rules: HoldRule[] = [];
  private released: Passage[] = [];

  private constructor(
    private readonly listener: Server,
    private readonly host: string,
    private readonly port: number,
  ) {
    listener.on('connection', (client) => this.open(client));
  }

  /** @param target host and port of a server are taken from this URL */
  static async start(target: string): Promise<TcpRelay> {
    const { hostname, port } = new URL(target);
    const listener = createServer();
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new TcpRelay(listener, hostname, Number(port));
  }

  /** The URL with this relay in the place of the server. */
  urlOf(target: string): string {
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.href;
  }

  /** From now on each rule holds the first connection that it is true of, one rule a connection. */
  hold(...rules: readonly HoldRule[]): void {
    this.rules = [...rules];
  }

  /** Waits until every rule holds a connection. @returns what is held, by connection */
  async untilHolding(): Promise<Buffer[]> {
    await waitUntil(() => this.rules.length === 0, 'the relay holds what it is to hold');
    return [...this.passages].flatMap(({ held }) => (held === null ? [] : [Buffer.concat(held)]));
  }

  /** Lets everything pass again, first what was held. */
  release(): void {
    this.rules = [];
    this.released = [...this.passages].filter(({ held }) => held !== null);
    for (const passage of this.released) {
      const held = passage.held ?? [];
      passage.held = null;
      passage.answered = 0;
      for (const bytes of held) passage.server.write(bytes);
    }
  }

  /** Waits until the server has answered what was held, or has ended those connections. */
  async untilAnswered(): Promise<void> {
    const isOver = ({ server, answered }: Passage): boolean => answered > 0 || server.destroyed;
    await waitUntil(() => this.released.every(isOver), 'the server has answered what was held back');
  }

  stop(): void {
    this.listener.close();
    for (const { client, server } of this.passages) {
      client.destroy();
      server.destroy();
    }
  }

  private open(client: Socket): void {
    const server = connect({ host: this.host, port: this.port });
    const passage: Passage = { client, server, held: null, answered: 0 };
    this.passages.add(passage);
    client.on('data', (bytes) => this.pass(passage, bytes));
    server.on('data', (bytes) => {
      passage.answered += bytes.length;
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined); // 'close' follows
      one.on('close', () => {
        this.passages.delete(passage);
        other.destroy();
      });
    }
  }

  private pass(passage: Passage, bytes: Buffer): void {
    if (passage.held !== null) {
      passage.held.push(bytes);
      return;
    }
    const from = this.holdFrom(bytes);
    if (from !== 0) passage.server.write(bytes.subarray(0, from < 0 ? bytes.length : from));
    if (from >= 0) passage.held = [bytes.subarray(from)];
  }

  private holdFrom(bytes: Buffer): number {
    for (const [i, rule] of this.rules.entries()) {
      const from = rule(bytes);
      if (from < 0) continue;
      this.rules.splice(i, 1);
      return from;
    }
    return -1;
  }
}

/** Holds a connection within the rows of a COPY. */
export function withinRows(bytes: Buffer): number {
  const signature = bytes.indexOf(COPY_SIGNATURE);
  return signature < 0 || bytes.length <= signature + WITHIN_ROWS ? -1 : signature + WITHIN_ROWS;
}

/** Holds a connection at the Sync behind the rows of a COPY, which is what commits them. */
export function beforeCommit(bytes: Buffer): number {
  const end = bytes.indexOf(COPY_DONE_SYNC);
  return end < 0 ? -1 : end + COPY_DONE_SYNC.length - SYNC_LENGTH;
}

/** Holds a connection at a statement whose text or name holds this, as it is sent together with its values. */
export function atStatement(part: string): HoldRule {
  return (bytes) => (bytes.includes(part) ? 0 : -1);
}
