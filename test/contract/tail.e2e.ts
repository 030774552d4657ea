/** Live tail over gRPC: history, then live, nothing twice and nothing left out; positions; slow readers (contract section 2). */
import { status } from '@grpc/grpc-js';
import { BadRequest, RpcStatus, type TailLogsRequest } from '#proto';
import type { AppProcess } from '../support/app-process.js';
import { allLogs } from '../support/contract-client.js';
import { at, LogLevel, unique, valid } from '../support/records.js';
import type { RestartablePostgres } from '../support/restartable-postgres.js';
import { TailStream } from '../support/tail-stream.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const bed = useTestBed();
let postgres: RestartablePostgres;
let app: AppProcess;

beforeAll(async () => {
  postgres = await bed.restartablePostgres(['logs', 'dags']);
  app = await bed.allInOne({
    LOG_INGESTION_DATABASE: postgres.url('logs'),
    DAG_DATABASE: postgres.url('dags'),
    ROOTSPAN_TAIL_QUEUE_BYTES: '64KiB',
    ROOTSPAN_MAX_TAILS: '12',
  });
});

function tail(tenant: string, request: Partial<TailLogsRequest> = {}): TailStream {
  const stream = TailStream.open(app.grpc, request, tenant);
  bed.defer(() => stream.close());
  return stream;
}

function send(tenant: string, messages: readonly string[], fields: Parameters<typeof valid>[0] = {}, batchId = '') {
  const logs = messages.map((message) => valid({ ...fields, message }));
  return bed.client(app.grpc).as(tenant).sendLogs({ logs, batchId });
}

const numbered = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('a live tail', () => {
  it('brings what is stored from now on, of its tenant, that its filter asks for', async () => {
    const [tenant, other] = [unique('tail'), unique('tail')];
    await send(tenant, ['before']);
    const all = await tail(tenant).untilCaughtUp();
    const errors = await tail(tenant, { query: 'level>=error "card"', services: ['payments'] }).untilCaughtUp();
    await send(other, ['of another tenant']);
    await send(tenant, ['card declined', 'else'], { service: 'payments', level: LogLevel.ERROR });
    await send(tenant, ['card declined'], { service: 'orders', level: LogLevel.ERROR });
    await send(tenant, ['last card'], { service: 'payments', level: LogLevel.FATAL });
    await all.untilLogs(4);
    await errors.untilLogs(2);
    expect(all.messages).toEqual(['card declined', 'else', 'card declined', 'last card']);
    expect(errors.messages).toEqual(['card declined', 'last card']);
    const stored = (await allLogs(bed.client(app.grpc).as(tenant))).filter(({ message }) => message !== 'before');
    expect([...all.logs].sort(byId)).toEqual([...stored].sort(byId));
    all.close();
    errors.close();
  });

  it('brings what was stored before first, oldest first, then what comes, each once', async () => {
    const tenant = unique('tail');
    const timed = (seconds: number) => ({ timestamp: at(seconds) });
    await send(tenant, ['second'], timed(20));
    await send(tenant, ['first'], timed(10));
    await send(tenant, ['too old'], timed(0));
    const since = tail(tenant, { from: at(5) });
    const earliest = tail(tenant, { from: 'earliest' });
    const inQuery = tail(tenant, { query: `from:${at(5)}` });
    await Promise.all([since, earliest, inQuery].map((each) => each.untilCaughtUp()));
    expect(since.caughtUpAfter).toBe(2);
    await send(tenant, ['late'], timed(15));
    await send(tenant, ['late and too old'], timed(1));
    await send(tenant, ['end'], timed(30));
    await earliest.until(() => earliest.messages.includes('end'), 'the last record comes');
    await since.until(() => since.messages.includes('end'), 'the last record comes');
    await inQuery.until(() => inQuery.messages.includes('end'), 'the last record comes');
    expect(since.messages).toEqual(['first', 'second', 'late', 'end']);
    expect(inQuery.messages).toEqual(since.messages);
    expect(earliest.messages).toEqual(['too old', 'first', 'second', 'late', 'late and too old', 'end']);
    for (const each of [since, earliest, inQuery]) each.close();
  });

  it('goes on at any position, within the history too, also where the server was started anew', async () => {
    const tenant = unique('tail');
    for (let i = 0; i < 5; i++) await send(tenant, numbered(`h${i}-`, 700));
    const first = tail(tenant, { from: '-1h' });
    await first.untilLogs(1_000);
    first.close();
    const { position } = first;
    const received = [...first.messages];
    await send(tenant, numbered('while-away-', 10));
    await app.stop();
    await restart();
    const second = tail(tenant, { position });
    await second.untilCaughtUp();
    await send(tenant, ['live']);
    await second.until(() => second.messages.includes('live'), 'the live record comes');
    const together = [...received, ...second.messages];
    expect(new Set(together).size).toBe(together.length);
    expect(together).toHaveLength(5 * 700 + 10 + 1);
    second.close();
    const third = tail(tenant, { position: second.position });
    await third.untilCaughtUp();
    expect(third.messages).toEqual([]);
    third.close();
  });

  it('tells a slow reader how many records it has missed, and where they are found', async () => {
    const tenant = unique('tail');
    const slow = await tail(tenant).untilCaughtUp();
    const quick = await tail(tenant).untilCaughtUp();
    slow.freeze();
    const text = 'x'.repeat(2_000);
    const messages: string[] = [];
    // Until the connection's buffers and the queue are full.
    for (let i = 0; i < 60; i++) {
      const some = numbered(`${i}-`, 100).map((message) => `${message} ${text}`);
      messages.push(...some);
      await send(tenant, some);
      await quick.untilLogs(messages.length);
    }
    expect(quick.messages.sort()).toEqual([...messages].sort());
    expect(quick.missed).toEqual([]);
    slow.wake();
    await slow.until(() => slow.logs.length + slow.missedCount === messages.length, 'all is received or said to be missed');
    expect(slow.missedCount).toBeGreaterThan(0);
    expect(new Set(slow.messages).size).toBe(slow.logs.length);
    await send(tenant, ['live again']);
    await slow.until(() => slow.messages.includes('live again'), 'it goes on live');
    const [gap] = slow.missed;
    const again = await tail(tenant, { position: gap?.fromPosition ?? '' }).untilCaughtUp();
    const union = new Set([...slow.messages, ...again.messages]);
    expect([...union].sort()).toEqual([...messages, 'live again'].sort());
    const metrics = await (await fetch(`http://${app.http}/metrics`)).text();
    expect(metrics).toMatch(/rootspan_tail_records_missed_total [1-9]/);
    for (const each of [slow, quick, again]) each.close();
  });

  it('never brings a retry again', async () => {
    const tenant = unique('tail');
    const all = await tail(tenant).untilCaughtUp();
    for (let i = 0; i < 3; i++) await send(tenant, ['a', 'b'], {}, 'the-same-key');
    await send(tenant, ['end']);
    await all.until(() => all.messages.includes('end'), 'the last record comes');
    expect(all.messages).toEqual(['a', 'b', 'end']);
    all.close();
  });

  it('is refused where it can not be read, by the field', async () => {
    const refusals: readonly [Partial<TailLogsRequest>, string][] = [
      [{ query: 'level>=' }, 'query'],
      [{ from: 'soon' }, 'from'],
      [{ position: 'AAAA' }, 'position'],
      [{ position: tampered((await tail(unique('tail')).untilCaughtUp()).position) }, 'position'],
      [{ from: '-1h', query: 'from:-2h' }, 'from'],
      [{ minLevel: 'loud' }, 'min_level'],
    ];
    for (const [request, field] of refusals) {
      const error = await tail(unique('tail'), request).untilEnded();
      expect([error.code, fieldOf(error), field]).toEqual([status.INVALID_ARGUMENT, field, field]);
    }
  });

  it('is refused beyond the number that the server keeps, and taken again once one has ended', async () => {
    await waitUntil(async () => (await openTails()) <= 1, 'the tails of the tests before have ended');
    const tenant = unique('tail');
    const open = Array.from({ length: 12 - (await openTails()) }, () => tail(tenant));
    await Promise.all(open.map((each) => each.untilCaughtUp()));
    const refused = await tail(tenant).untilEnded();
    expect([refused.code, refused.details]).toEqual([status.RESOURCE_EXHAUSTED, expect.stringContaining('ROOTSPAN_MAX_TAILS')]);
    for (const each of open) each.close();
    await waitUntil(async () => (await openTails()) < 12, 'a tail has ended');
    const again = await tail(tenant).untilCaughtUp();
    again.close();
  });

  it('stays while the database is away, and goes on with what is stored then', async () => {
    const tenant = unique('tail');
    const live = await tail(tenant).untilCaughtUp();
    await send(tenant, ['before']);
    await live.untilLogs(1);
    await postgres.stop();
    const refused = await tail(tenant).untilEnded();
    expect(refused.code).toBe(status.UNAVAILABLE);
    await postgres.start();
    await waitUntil(() => send(tenant, ['after'], {}, 'sent-until-taken'), 'records are taken again');
    await live.until(() => live.messages.includes('after'), 'the tail goes on');
    expect(live.messages).toEqual(['before', 'after']);
    live.close();
  });

  it('ends with UNAVAILABLE where the server stops, in time, also for a reader that takes nothing', async () => {
    const tenant = unique('tail');
    const live = await tail(tenant).untilCaughtUp();
    const frozen = await tail(tenant).untilCaughtUp();
    frozen.freeze();
    for (let i = 0; i < 20; i++)
      await send(
        tenant,
        numbered('', 100).map((message) => message.padEnd(2_000)),
      );
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect((await live.untilEnded()).code).toBe(status.UNAVAILABLE);
    await restart();
  });
});

async function restart(): Promise<void> {
  app = await bed.start('all-in-one', app.environment);
}

async function openTails(): Promise<number> {
  const metrics = await (await fetch(`http://${app.http}/metrics`)).text();
  return Number(/^rootspan_live_tails (\d+)$/m.exec(metrics)?.[1] ?? Number.NaN);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function tampered(position: string): string {
  const last = position.at(-5) === 'A' ? 'B' : 'A';
  return `${position.slice(0, -5)}${last}${position.slice(-4)}`;
}

function fieldOf(error: { readonly metadata: { get(key: string): unknown[] } }): string | undefined {
  const [details] = error.metadata.get('grpc-status-details-bin');
  const [any] = RpcStatus.decode(details as Uint8Array).details;
  return BadRequest.decode(any?.value ?? new Uint8Array(0)).fieldViolations[0]?.field;
}
