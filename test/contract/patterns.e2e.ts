/** Failure patterns: failed traces grouped by their cause (contract section 2, design "Failure patterns"). */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Log } from '#proto';
import { allPages, type ContractClient } from '../support/contract-client.js';
import { describeWithGrpcurl } from '../support/grpcurl.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** A failure that begins in a service and is logged by its callers. Each message has other ids each time. */
interface Cause {
  readonly services: readonly string[];
  readonly message: () => string;
  readonly template: string;
}

const hex = (digits: number): string => randomBytes(digits).toString('hex').slice(0, digits);
const CAUSES: readonly Cause[] = [
  {
    services: ['inventory', 'orders', 'api-gateway'],
    message: () => `Timeout after ${randomInt(1_000, 9_999)} ms waiting for lock ${randomUUID()}`,
    template: 'Timeout after <dur> waiting for lock <uuid>',
  },
  {
    services: ['payments', 'orders', 'api-gateway'],
    message: () => `Timeout after ${randomInt(1_000, 9_999)} ms waiting for lock ${randomUUID()}`,
    template: 'Timeout after <dur> waiting for lock <uuid>',
  },
  {
    services: ['payments', 'api-gateway'],
    message: () => `Card of ${hex(6)}.x@shop.example was declined: code="${hex(4)}", attempt ${randomInt(1, 9)}`,
    template: 'Card of <email> was declined: code=<str>, attempt <num>',
  },
  {
    services: ['mail'],
    message: () => `connect ECONNREFUSED 10.0.${randomInt(256)}.${randomInt(256)}:${randomInt(1024, 65_536)}`,
    template: 'connect ECONNREFUSED <ip>',
  },
  {
    services: ['catalog', 'api-gateway'],
    message: () =>
      `TypeError: Cannot read properties of undefined (reading '${hex(5)}')\n` +
      `    at Catalog.price (/app/dist/catalog.js:${randomInt(1, 900)}:${randomInt(1, 80)})\n` +
      `    at /app/node_modules/x/index.js:1:1`,
    template: 'TypeError: Cannot read properties of undefined (reading <str>) at Catalog.price (dist/catalog.js)',
  },
];
const TRACES = 1_000;

/** The trace's records: the cause's error, then its callers' errors. */
function failedTrace(traceId: string, cause: Cause, time: number): Partial<Log>[] {
  return cause.services.map((service, i) => ({
    traceId,
    spanId: `s${i}`,
    parentId: i + 1 < cause.services.length ? `s${i + 1}` : '',
    service,
    level: LogLevel.ERROR,
    message: i === 0 ? cause.message() : `call ${hex(8)} failed`,
    timestamp: new Date(time + i).toISOString(),
  }));
}

function causeOf(i: number): Cause {
  // Not as many traces for each.
  const cause = CAUSES[[0, 0, 0, 0, 1, 1, 2, 2, 3, 4][i % 10] ?? 0];
  if (cause === undefined) throw new RangeError('no such cause');
  return cause;
}

describe('failure patterns', () => {
  const bed = useTestBed();
  let grpc: string;
  let client: ContractClient;
  const tenant = unique('patterns');
  const start = Date.now() - 3 * 3_600_000;
  const countOf = (cause: Cause): number =>
    Array.from({ length: TRACES }, (_, i) => causeOf(i)).filter((some) => some === cause).length;
  const patterns = async () => (await client.listPatterns()).patterns;
  const counted = async () => (await patterns()).reduce((sum, { traceCount }) => sum + traceCount, 0);
  async function patternOf(cause: Cause) {
    const found = (await patterns()).find(
      ({ service, template }) => service === cause.services[0] && template === cause.template,
    );
    if (found === undefined) throw new Error(`no pattern has the template ${cause.template}`);
    return found;
  }

  beforeAll(async () => {
    grpc = (await bed.allInOne()).grpc;
    client = bed.client(grpc).as(tenant);
    const logs = Array.from({ length: TRACES }, (_, i) => failedTrace(`t${i}`, causeOf(i), start + i * 10_000));
    // Callers and callees of a trace come apart, so that many DAGs are built twice.
    const calls = [0, 1, 2].map((part) => logs.flatMap((trace) => trace.slice(part, part + 1)));
    for (const records of [...calls, ...calls.slice(0, 1)]) {
      expect(await client.sendLogs({ logs: records })).toMatchObject({ status: 'ok', accepted: records.length });
    }
  });

  it('are one for each cause, with the exact number of its traces, whatever ids they name', async () => {
    const expected = CAUSES.map((cause) => `${cause.services.join('<')} ${cause.template}: ${countOf(cause)}`).sort();
    const found = async () =>
      (await patterns()).map(({ services, template, traceCount }) => `${services.join('<')} ${template}: ${traceCount}`).sort();
    await waitUntil(async () => (await found()).join('\n') === expected.join('\n'), 'every trace is in its pattern');
    expect(await found()).toEqual(expected);
    expect(await counted()).toBe(TRACES);
  });

  it('tell their traces, each with its DAG, and how many there were in each hour', async () => {
    const [cause] = CAUSES;
    if (cause === undefined) throw new RangeError('no cause');
    const { id, traceCount, firstSeen, lastSeen, sampleTraceIds } = await patternOf(cause);
    const pages = await allPages((pageToken) => client.getPattern({ id, pageSize: 150, pageToken }));
    const traces = pages.flatMap((page) => page.traces);
    expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(traceCount);
    expect(traces.map(({ firstErrorTime }) => firstErrorTime)).toEqual(
      traces
        .map(({ firstErrorTime }) => firstErrorTime)
        .sort()
        .reverse(),
    );
    expect([traces[0]?.firstErrorTime, traces.at(-1)?.firstErrorTime]).toEqual([lastSeen, firstSeen]);
    expect(sampleTraceIds).toEqual(traces.slice(0, 3).map(({ traceId }) => traceId));
    const timeline = pages[0]?.timeline ?? [];
    expect(timeline.reduce((sum, hour) => sum + hour.traceCount, 0)).toBe(traceCount);
    const [hour] = timeline;
    expect(hour?.start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/);
    const rest = (await client.getPattern({ id, timelineFrom: timeline[1]?.start })).timeline;
    expect(rest).toEqual(timeline.slice(1));
    expect((await client.getDagByTraceId(sampleTraceIds[0] ?? '')).patternId).toBe(id);
  });

  it('are listed by state, service and time, in three orders, page by page', async () => {
    const titles = async (request: Parameters<ContractClient['listPatterns']>[0]) =>
      (await allPages((pageToken) => client.listPatterns({ ...request, pageToken }))).flatMap((page) =>
        page.patterns.map(({ title }) => title),
      );
    const counts = (await client.listPatterns({ orderBy: 'count' })).patterns.map(({ traceCount }) => traceCount);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    for (const orderBy of ['', 'last_seen', 'count', 'new']) {
      expect(await titles({ orderBy, pageSize: 2 })).toEqual(await titles({ orderBy }));
      expect(new Set(await titles({ orderBy, pageSize: 1 })).size).toBe(CAUSES.length);
    }
    expect(await titles({ service: 'payments' })).toHaveLength(2);
    expect(await titles({ service: 'api-gateway' })).toHaveLength(4);
    expect(await titles({ state: 'resolved' })).toEqual([]);
    expect(await titles({ from: new Date(Date.now() + 3_600_000).toISOString() })).toEqual([]);
    expect(await titles({ to: new Date(Date.now() + 3_600_000).toISOString() })).toHaveLength(CAUSES.length);
  });

  it('that were resolved come back as a regression with the next trace, and not for a late record of an old one', async () => {
    const cause = CAUSES[3];
    if (cause === undefined) throw new RangeError('no cause');
    const before = await patternOf(cause);
    const resolved = await client.setPatternState(before.id, 'resolved');
    expect(resolved).toMatchObject({ id: before.id, state: 'resolved', traceCount: before.traceCount, regressedAt: '' });
    expect(await client.setPatternState(before.id, 'resolved')).toEqual(resolved);
    expect((await client.listPatterns({ state: 'resolved' })).patterns.map(({ id }) => id)).toEqual([before.id]);

    // A trace that failed before the resolution and was late.
    await client.sendLogs({ logs: failedTrace('late', cause, start) });
    await waitUntil(async () => (await patternOf(cause)).traceCount === before.traceCount + 1, 'the late trace is counted');
    expect(await patternOf(cause)).toMatchObject({ state: 'resolved', regressions: 0 });

    const back = Date.parse(resolved.resolvedAt) + 60_000;
    await client.sendLogs({ logs: failedTrace('again', cause, back) });
    const regressed = await waitUntil(async () => {
      const now = await patternOf(cause);
      return now.state === 'open' ? now : null;
    }, 'the pattern is open again');
    expect(regressed).toMatchObject({
      traceCount: before.traceCount + 2,
      regressions: 1,
      regressedAt: new Date(back).toISOString().replace('.000Z', 'Z'),
      resolvedAt: resolved.resolvedAt,
    });
    expect((await client.getDagByTraceId('again')).patternId).toBe(before.id);
  });

  it('that are ignored stay ignored', async () => {
    const cause = CAUSES[2];
    if (cause === undefined) throw new RangeError('no cause');
    const before = await patternOf(cause);
    await client.setPatternState(before.id, 'ignored');
    await client.sendLogs({ logs: failedTrace('once-more', cause, Date.now() + 60_000) });
    await waitUntil(async () => (await patternOf(cause)).traceCount === before.traceCount + 1, 'the trace is counted');
    expect(await patternOf(cause)).toMatchObject({ state: 'ignored', regressions: 0 });
  });

  it('that are unknown are NOT_FOUND, also those of other tenants', async () => {
    const [{ id } = { id: '' }] = await patterns();
    const other = client.as(unique('other'));
    expect(await other.listPatterns()).toEqual({ patterns: [], nextPageToken: '' });
    const asks: readonly (() => Promise<unknown>)[] = [
      () => client.getPattern({ id: '0'.repeat(32) }),
      () => client.setPatternState('no-such-pattern', 'open'),
      () => other.getPattern({ id }),
      () => other.setPatternState(id, 'ignored'),
    ];
    for (const ask of asks) expect(await outcomeOf(ask())).toMatchObject({ status: 'NOT_FOUND' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['id', () => client.getPattern({ id: '' })],
    ['id', () => client.getPattern({ id: 'x'.repeat(257) })],
    ['id', () => client.setPatternState('', 'open')],
    ['state', () => client.setPatternState('0'.repeat(32), 'closed')],
    ['state', () => client.setPatternState('0'.repeat(32), '')],
    ['state', () => client.listPatterns({ state: 'OPEN' })],
    ['order_by', () => client.listPatterns({ orderBy: 'size' })],
    ['from', () => client.listPatterns({ from: 'yesterday' })],
    ['to', () => client.listPatterns({ to: '2025-13-01T00:00:00Z' })],
    ['service', () => client.listPatterns({ service: 'a\0b' })],
    ['page_size', () => client.listPatterns({ pageSize: 10_001 })],
    ['page_token', () => client.listPatterns({ pageToken: 'x' })],
    ['page_token', () => client.getPattern({ id: '0'.repeat(32), pageToken: 'x' })],
    ['timeline_from', () => client.getPattern({ id: '0'.repeat(32), timelineFrom: 'x' })],
    ['timeline_to', () => client.getPattern({ id: '0'.repeat(32), timelineTo: 'x' })],
  ])('asked for with a bad %s are INVALID_ARGUMENT, naming it', async (field, ask) => {
    expect(await outcomeOf(ask())).toMatchObject({ status: 'INVALID_ARGUMENT', fields: [field] });
  });

  it('refuse the token of another question', async () => {
    const { nextPageToken } = await client.listPatterns({ pageSize: 1 });
    const bad = { status: 'INVALID_ARGUMENT', fields: ['page_token'] };
    expect(await outcomeOf(client.listPatterns({ pageToken: nextPageToken, orderBy: 'count' }))).toMatchObject(bad);
    expect(await outcomeOf(client.getDags({ pageToken: nextPageToken }))).toMatchObject(bad);
    const [one, other] = await patterns();
    const { nextPageToken: ofOne } = await client.getPattern({ id: one?.id, pageSize: 1 });
    expect(await outcomeOf(client.getPattern({ id: other?.id, pageToken: ofOne }))).toMatchObject(bad);
  });

  describeWithGrpcurl('with grpcurl', (grpcurl) => {
    it('are listed for an empty request, and set by name', async () => {
      const header = ['-H', `tenant-id: ${tenant}`];
      const list = await grpcurl.call(grpc, 'query.QueryService/ListPatterns', '{}', ...header);
      expect(list).toMatchObject({ patterns: expect.arrayContaining([expect.objectContaining({ service: 'mail' })]) as unknown });
      const { id } = await patternOf(CAUSES[4] ?? causeOf(0));
      const answer = await grpcurl.call(
        grpc,
        'query.QueryService/SetPatternState',
        JSON.stringify({ id, state: 'resolved' }),
        ...header,
      );
      expect(answer).toMatchObject({ id, state: 'resolved' });
    });
  });
});
