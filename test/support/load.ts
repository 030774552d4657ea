import { setTimeout as pause } from 'node:timers/promises';
import type { LogBatchAck, QueryLog } from '#proto';
import { allLogs, ContractClient } from './contract-client.js';
import { outcomeOf, type StatusName } from './outcome.js';
import { LogLevel, unique, valid, type BatchFields, type Log } from './records.js';
import { waitUntil } from './wait-until.js';

/** Statuses after which the same call is sent again. */
const WORTH_ANOTHER_TRY: readonly StatusName[] = ['UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED', 'CANCELLED'];
const RECORDS_A_CALL = 40;
const RECORDS_A_TRACE = 8;
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 200;
const CALL_DEADLINE_MS = 20_000;

export interface LoadOptions {
  /** Calls under way at a time; one in four callers sends single records without a key. */
  readonly callers?: number;
  /** How long a caller rests after each acknowledgement, milliseconds: bounds what a long outage piles up. Default 0. */
  readonly restMs?: number;
}

/**
 * Callers that send records, each with a message of its own, as fast as they are taken, and keep account:
 * - `acked`: messages of records whose call was acknowledged; they must be stored exactly once;
 * - `unsure`: messages of calls that ended without an answer; they may be stored, but never twice.
 *
 * Batches carry a batch_id and are sent again, after a growing pause, until they are acknowledged. Single records carry no
 * key: sending one again could rightly store it twice, so it is given up after a failure.
 */
export class Load {
  readonly acked = new Set<string>();
  readonly unsure = new Set<string>();
  /** How often each status was answered. */
  readonly statuses = new Map<StatusName, number>();
  /** Batches that were not acknowledged when the load was stopped. */
  readonly unfinished: BatchFields[] = [];
  private readonly clients: readonly ContractClient[];
  private readonly callers: Promise<void>[];
  private readonly restMs: number;
  private readonly prefix = unique('load');
  private count = 0;
  private stopping = false;
  private failure: Error | null = null;

  /** @param clients connections that the callers share out among themselves */
  constructor(clients: ContractClient | readonly ContractClient[], { callers = 4, restMs = 0 }: LoadOptions = {}) {
    this.clients = clients instanceof ContractClient ? [clients] : clients;
    this.restMs = restMs;
    this.callers = Array.from({ length: callers }, async (_, caller) => {
      const client = this.clients[caller % this.clients.length];
      try {
        if (client === undefined) throw new Error('a load needs a client');
        await (caller % 4 === 3 ? this.sendSingles(client) : this.sendBatches(client));
      } catch (error) {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
      }
    });
  }

  /** Waits until `records` more are acknowledged. */
  async untilMore(records: number): Promise<void> {
    const goal = this.acked.size + records;
    await waitUntil(() => this.failure !== null || this.acked.size >= goal, `${records} more records are acknowledged`);
    if (this.failure !== null) throw this.failure;
  }

  /** Waits until a call was answered with the status. */
  async untilStatus(status: StatusName): Promise<void> {
    await waitUntil(() => this.failure !== null || this.statuses.has(status), `a caller has seen ${status}`);
    if (this.failure !== null) throw this.failure;
  }

  /** Sends one more record of the caller's own until it is acknowledged; its message must be one that no other has. */
  async add(fields: Partial<Log> & { readonly message: string }): Promise<void> {
    const [client] = this.clients;
    const batch = { batchId: fields.message, logs: [valid(fields)] };
    if (client === undefined || !(await this.sendUntilAcked(client, batch))) throw new Error(`${fields.message} was not taken.`);
    this.note(batch, this.acked);
  }

  /** Sends nothing new, gives up what is not acknowledged, and waits for the calls under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.callers);
    if (this.failure !== null) throw this.failure;
  }

  /** Sends the batches that were given up, once more and with the same keys, until each is acknowledged. */
  async finish(client: ContractClient): Promise<void> {
    for (const batch of this.unfinished.splice(0)) {
      await waitUntil(
        async () => (await outcomeOf(client.sendLogs(batch))).status === 'OK',
        'an unfinished batch is acknowledged',
      );
      this.note(batch, this.acked);
    }
  }

  private async sendBatches(client: ContractClient): Promise<void> {
    while (!this.stopping) {
      const batch = { batchId: `${this.prefix}-${this.count}`, logs: this.records(RECORDS_A_CALL) };
      const acked = await this.sendUntilAcked(client, batch);
      this.note(batch, acked ? this.acked : this.unsure);
      if (!acked) this.unfinished.push(batch);
      if (this.restMs > 0) await pause(this.restMs);
    }
  }

  private async sendUntilAcked(client: ContractClient, batch: BatchFields): Promise<boolean> {
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, MAX_PAUSE_MS)) {
      if (await this.send(async (options) => requireWhole(batch, await client.sendLogs(batch, options)))) return true;
      if (this.stopping) return false;
      await pause(wait);
    }
  }

  private async sendSingles(client: ContractClient): Promise<void> {
    while (!this.stopping) {
      const [record = valid()] = this.records(1);
      const acked = await this.send((options) => client.sendLog(record, options));
      this.note({ logs: [record] }, acked ? this.acked : this.unsure);
      const wait = acked ? this.restMs : MAX_PAUSE_MS;
      if (wait > 0) await pause(wait);
    }
  }

  /** @throws Error for a status that the contract doesn't give to a good record */
  private async send(call: (options: { readonly deadlineMs: number }) => Promise<unknown>): Promise<boolean> {
    const outcome = await outcomeOf(call({ deadlineMs: CALL_DEADLINE_MS }));
    this.statuses.set(outcome.status, (this.statuses.get(outcome.status) ?? 0) + 1);
    if ('value' in outcome) return true;
    if (!WORTH_ANOTHER_TRY.includes(outcome.status)) throw new Error(`A good record was answered ${JSON.stringify(outcome)}.`);
    return false;
  }

  /** Records of several traces; every third trace has an error. */
  private records(count: number) {
    return Array.from({ length: count }, () => {
      const number = this.count++;
      const trace = Math.floor(number / RECORDS_A_TRACE);
      return valid({
        traceId: `${this.prefix}-trace-${trace}`,
        spanId: `span-${number}`,
        message: `${this.prefix}-message-${number}`,
        level: trace % 3 === 0 && number % RECORDS_A_TRACE === 0 ? LogLevel.ERROR : LogLevel.INFO,
      });
    });
  }

  private note(batch: BatchFields, into: Set<string>): void {
    for (const { message = '' } of batch.logs) {
      this.unsure.delete(message);
      into.add(message);
    }
  }
}

/** An acknowledgement speaks of the whole batch. @throws Error where it doesn't */
function requireWhole({ logs }: BatchFields, ack: LogBatchAck): void {
  if (ack.status !== 'ok' || ack.accepted !== logs.length || ack.rejected !== 0) {
    throw new Error(`A batch of ${logs.length} good records was answered ${JSON.stringify(ack)}.`);
  }
}

/** What is wrong with what is stored; every list is empty where the promise was kept. */
export interface Account {
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Stored, but never sent. */
  readonly strange: readonly string[];
}

export const ALL_EXACTLY_ONCE: Account = { lost: [], twice: [], strange: [] };

/** Compares the messages that are stored with those that were sent. */
export function account(load: Load, stored: readonly string[]): Account {
  const seen = new Set<string>();
  const twice = stored.filter((message) => seen.has(message) || !seen.add(message));
  return {
    lost: [...load.acked].filter((message) => !seen.has(message)),
    twice,
    strange: [...seen].filter((message) => !load.acked.has(message) && !load.unsure.has(message)),
  };
}

/** The messages of all records of the client's tenant. */
export async function storedMessages(client: ContractClient): Promise<string[]> {
  return (await allLogs(client)).map((record: QueryLog) => record.message);
}
