/** Live tails under load: what each received is what is stored and was asked for, or was said to be missed (contract section 2). */
import type { TailLogsRequest } from '#proto';
import { allPages } from '../support/contract-client.js';
import { LogLevel, unique, valid } from '../support/records.js';
import { TailStream } from '../support/tail-stream.js';
import { useTestBed } from '../support/test-bed.js';

const SERVICES = ['payments', 'orders', 'gateway', 'inventory'];
const QUERIES = ['', 'level>=error', 'service:payments "record"', 'trace:t17', '-service:gateway level<error'];
const BATCH = 250;
const CALLERS = 4;
/** Batches before the tails begin, while they begin, and when all of them are open. */
const [BEFORE, DURING, AFTER] = [40, 120, 160];

describe('live tails under load', () => {
  const bed = useTestBed();
  const tenant = unique('load');
  let address: string;
  let sent = 0;

  beforeAll(async () => {
    address = (await bed.allInOne({ ROOTSPAN_TAIL_QUEUE_BYTES: '128KiB' })).grpc;
  });

  function tail(request: Partial<TailLogsRequest>): TailStream {
    const stream = TailStream.open(address, request, tenant);
    bed.defer(() => stream.close());
    return stream;
  }

  /** As fast as they are taken, by several callers. */
  async function send(batches: number): Promise<void> {
    const client = bed.client(address).as(tenant);
    const caller = async (): Promise<void> => {
      for (let i = 0; i < batches / CALLERS; i++) {
        const logs = Array.from({ length: BATCH }, () => {
          const number = sent++;
          const level = number % 50 === 0 ? LogLevel.ERROR : LogLevel.INFO;
          return valid({ message: `record ${number}`, service: SERVICES[number % 4], level, traceId: `t${number % 997}` });
        });
        await client.sendLogs({ logs });
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
  }

  /** By id: the numbers of the stored records that a query asks for. */
  async function stored(query: string): Promise<ReadonlyMap<string, number>> {
    const client = bed.client(address).as(tenant);
    const pages = await allPages((pageToken) => client.getLogs({ query, order: 'asc', pageSize: 10_000, pageToken }));
    return new Map(pages.flatMap(({ logs }) => logs.map(({ id, message }) => [id, numberOf(message)])));
  }

  /**
   * Closes a stream and fetches what it did not bring: behind its position, and where it said that records were missed.
   * @returns ids of all that belongs to it
   */
  async function completed(query: string, streams: readonly TailStream[]): Promise<Set<string>> {
    const own: string[] = [];
    const missed: TailStream[] = [];
    for (const stream of streams) {
      stream.close();
      own.push(...stream.logs.map(({ id }) => id));
      for (const { fromPosition } of stream.missed) missed.push(await tail({ query, position: fromPosition }).untilCaughtUp());
    }
    const rest = await tail({ query, position: streams.at(-1)?.position ?? '' }).untilCaughtUp();
    own.push(...rest.logs.map(({ id }) => id));
    expect(new Set(own).size).toBe(own.length);
    const all = new Set([...own, ...missed.flatMap(({ logs }) => logs.map(({ id }) => id))]);
    expect(all.size).toBe(own.length + streams.reduce((sum, { missedCount }) => sum + missedCount, 0));
    for (const each of [rest, ...missed]) each.close();
    return all;
  }

  it('bring every record once, with filters and without, from an hour back and from now, beside one that is frozen', async () => {
    await send(BEFORE);
    const before = sent;
    let isSent = false;
    const sending = send(DURING).finally(() => (isSent = true));
    const fromBack = QUERIES.map((query) => ({ query, stream: tail({ query, from: '-1h' }) }));
    const fromNow = await Promise.all(
      QUERIES.map(async (query) => ({ query, stream: await tail({ query }).untilCaughtUp(), since: sent })),
    );
    const frozen = { query: '', stream: await tail({}).untilCaughtUp(), since: sent };
    frozen.stream.freeze();
    // One that is cut off again and again, in its history too, and comes back at its position.
    const pieces = [tail({ from: '-1h', query: 'service:orders' })];
    for (let i = 1; i < 8; i++) {
      const last = pieces.at(-1);
      // A tail brings as much as has come: on a slow machine the first ones bring all that there will be.
      await last?.until(() => last.logs.length >= i * 50 || (isSent && last.caughtUpAfter !== null), 'the tail brings more');
      last?.close();
      pieces.push(tail({ query: 'service:orders', position: last?.position ?? '' }));
    }
    await sending;
    await Promise.all(fromBack.map(({ stream }) => stream.untilCaughtUp()));
    await send(AFTER);

    for (const { query, stream } of fromBack) {
      const expected = await stored(query);
      await stream.until(() => stream.logs.length + stream.missedCount >= expected.size, `all of '${query}' comes`);
      expect(await completed(query, [stream])).toEqual(new Set(expected.keys()));
    }
    expect(await completed('service:orders', pieces)).toEqual(new Set((await stored('service:orders')).keys()));
    frozen.stream.wake();
    await frozen.stream.until(() => frozen.stream.missed.length > 0, 'the frozen one is told what it has missed');
    for (const { query, stream, since } of [...fromNow, frozen]) {
      const matching = await stored(query);
      const own = await completed(query, [stream]);
      const strange = [...own].filter((id) => (matching.get(id) ?? -1) < before);
      const lost = [...matching].filter(([id, number]) => number >= since && !own.has(id));
      expect({ query, strange, lost }).toEqual({ query, strange: [], lost: [] });
    }
    expect((await stored('')).size).toBe(sent);
  });
});

function numberOf(message: string): number {
  return Number(message.slice('record '.length));
}
