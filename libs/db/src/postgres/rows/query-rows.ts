import type { Connection, PoolClient, Submittable } from 'pg';
import { callMessages, type RowStatement } from './call-messages.js';
import { MessageBoundary } from './message-boundary.js';
import { Reply, type ReplyListener, type Rows } from './reply.js';

/*
 * pg decodes every field of every row into a string and every row into an object, and knows no binary results. For the rows
 * that are only handed on this is most of a look-up's cost, so their bytes are taken from the connection before pg's parser
 * sees them, as pg-copy-streams does too. pg stays the owner of the connection: its queue decides who may send, and all that
 * is not a row (errors, notices, parameters, ReadyForQuery) is passed on to it.
 *
 * States of a connection: idle (bytes go to pg) -> a row query was submitted (bytes go to its reply) -> ReadyForQuery (idle).
 */

/** What a reply may be. */
export interface ReplyBound {
  readonly maxBytes: number;
  /** Called at once where it is larger; the call rejects when the server has ended it. */
  readonly onTooLarge: () => void;
}

const NO_BOUND: ReplyBound = { maxBytes: Infinity, onTooLarge: () => undefined };

/**
 * Runs a statement and resolves with its rows, all columns binary. A statement of the empty name is prepared for this call only.
 * @param values are sent as texts, of the types that the statement gives them
 * @throws what pg throws where the statement or the connection fails; RangeError where the reply is larger than it may be
 */
export async function queryRows(
  client: PoolClient,
  statement: RowStatement,
  values: readonly (string | number)[],
  bound = NO_BOUND,
): Promise<Rows> {
  return new Promise((resolve, reject) => client.query(new RowQuery(statement, values, bound, resolve, reject)));
}

/** A query as pg's queue wants it: `submit` when its turn has come, then exactly one of the two handlers. */
class RowQuery implements Submittable, ReplyListener {
  readonly reply: Reply;
  private route: Route | null = null;
  private tooLarge = false;

  constructor(
    private readonly statement: RowStatement,
    private readonly values: readonly (string | number)[],
    private readonly bound: ReplyBound,
    private readonly resolve: (rows: Rows) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.reply = new Reply(this, bound.maxBytes);
  }

  /** @returns what pg is to fail the query with */
  submit(connection: Connection): Error | null {
    const route = Route.of(connection);
    if (route === null) return new Error('pg no longer reads a connection by one listener for its data.');
    this.route = route;
    const parse = this.statement.name === '' || !route.prepared.has(this.statement.name);
    route.active = this;
    connection.stream.write(callMessages(this.statement, this.values, parse));
    return null;
  }

  handleReadyForQuery(): void {
    if (this.tooLarge) this.reject(new RangeError(`The reply is larger than ${this.bound.maxBytes} bytes.`));
    else this.resolve(this.reply);
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  onParsed(): void {
    if (this.statement.name !== '') this.route?.prepared.add(this.statement.name);
  }

  onOther(message: Buffer): void {
    this.route?.toDriver(message);
  }

  onTooLarge(): void {
    this.tooLarge = true;
    this.bound.onTooLarge();
  }
}

/** Where a connection's bytes go. A message whose first bytes went to pg (an asynchronous notice) goes there to its end. */
class Route {
  private static readonly routes = new WeakMap<Connection, Route>();
  /** Names of the statements that the connection knows. */
  readonly prepared = new Set<string>();
  active: RowQuery | null = null;
  private readonly boundary = new MessageBoundary();

  private constructor(private readonly driver: (bytes: Buffer) => void) {}

  /** The connection's route, laid when it is first asked for. Null where pg does not read the connection as it did. */
  static of(connection: Connection): Route | null {
    const known = Route.routes.get(connection);
    if (known !== undefined) return known;
    const { stream } = connection;
    const [driver, ...others] = stream.listeners('data') as ((bytes: Buffer) => void)[];
    if (driver === undefined || others.length > 0) return null;
    const route = new Route(driver);
    stream.removeListener('data', driver);
    stream.on('data', (chunk: Buffer) => route.take(chunk));
    Route.routes.set(connection, route);
    return route;
  }

  /** Hands pg whole messages, or pieces of them. */
  toDriver(bytes: Buffer): void {
    this.boundary.follow(bytes);
    this.driver(bytes);
  }

  private take(chunk: Buffer): void {
    if (this.active === null) {
      this.toDriver(chunk);
      return;
    }
    let reply = chunk;
    if (this.boundary.within) {
      const end = this.boundary.finish(chunk);
      this.driver(chunk.subarray(0, end));
      if (end === chunk.length) return;
      reply = chunk.subarray(end);
    }
    const ready = this.active.reply.push(reply);
    if (ready === null) return;
    // Before pg hears of it: it may submit the next query at once.
    this.active = null;
    this.toDriver(ready);
  }
}
