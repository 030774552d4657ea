/** What the query service answers to good and bad questions (contract section 2 and 6). */
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { at, LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('a query', () => {
  const bed = useTestBed();
  let everyone: ContractClient;
  let client: ContractClient;

  beforeAll(async () => {
    everyone = bed.client((await bed.allInOne()).grpc);
  });

  beforeEach(() => {
    client = everyone.as(unique('query'));
  });

  const byTrace: readonly [string, (traceId: string) => Promise<unknown>][] = [
    ['GetLogsByTraceId', (traceId: string) => client.getLogsByTraceId({ traceId })],
    ['GetDagByTraceId', (traceId: string) => client.getDagByTraceId(traceId)],
  ];

  describe.each(byTrace)('%s', (_, ask) => {
    it('for an unknown trace is NOT_FOUND', async () => {
      const outcome = await outcomeOf(ask('no-such-trace'));
      expect(outcome).toMatchObject({ status: 'NOT_FOUND', details: expect.stringContaining('no-such-trace') });
    });

    it.each([
      ['empty', ''],
      ['longer than 256 bytes', 't'.repeat(257)],
      ['longer than 256 bytes in fewer letters', 'ü'.repeat(129)],
    ])('for an id that is %s is INVALID_ARGUMENT, naming trace_id', async (_name, traceId) => {
      expect(await outcomeOf(ask(traceId))).toMatchObject({
        status: 'INVALID_ARGUMENT',
        details: expect.stringContaining('trace_id'),
        fields: ['trace_id'],
      });
    });

    it('takes any id that can be stored', async () => {
      for (const traceId of ["'; DROP TABLE logs; --", '%_\\', ' ', '漢字🚀', 'ü'.repeat(128), 'null', '\ufffd', '\u0001']) {
        await client.sendLog(valid({ traceId, level: LogLevel.ERROR }));
        await waitUntil(async () => (await outcomeOf(ask(traceId))).status === 'OK', `trace ${traceId} is found`);
      }
    });
  });

  it('for all of nothing is an empty page', async () => {
    expect(await client.getLogs()).toMatchObject({ logs: [], nextPageToken: '' });
    expect(await client.getDags()).toEqual({ dags: [], nextPageToken: '' });
  });

  it('for all takes an empty message of no bytes', async () => {
    await client.sendLog(valid());
    for (const rpc of ['GetLogs', 'GetDags']) {
      expect((await outcomeOf(client.raw(`/query.QueryService/${rpc}`, Buffer.alloc(0)))).status).toBe('OK');
    }
  });

  it('gives a trace’s logs oldest first and all logs newest first, ties by record id', async () => {
    const seconds = [5, 1, 3, 3, 3, 2, 4, 3];
    await client.sendLogs({ logs: seconds.map((second, i) => valid({ message: `m${i}`, timestamp: at(second) })) });
    const { logs: ofTrace } = await client.getLogsByTraceId({ traceId: 'trace-1' });
    expect(ofTrace.map((record) => record.timestamp)).toEqual([...seconds].sort((a, b) => a - b).map(at));
    const ties = ofTrace.filter((record) => record.timestamp === at(3)).map((record) => record.id);
    expect(ties).toEqual([...ties].sort());
    expect(await allLogs(client)).toEqual([...ofTrace].reverse());
  });

  it('gives records of every age, the newest first', async () => {
    const times = [
      '9999-12-31T23:59:59Z',
      '2100-01-01T00:00:00Z',
      '',
      '2025-04-16T14:30:00Z',
      '1970-01-01T00:00:00Z',
      '0001-01-01T00:00:00Z',
    ];
    await client.sendLogs({ logs: times.map((timestamp, i) => valid({ timestamp, message: `m${i}` })) });
    expect((await allLogs(client, 1)).map((record) => record.message)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    expect((await allLogs(client)).map((record) => record.message)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
  });

  it('with a bad page token is INVALID_ARGUMENT, naming page_token', async () => {
    await client.sendLogs({ logs: Array.from({ length: 3 }, (_, i) => valid({ spanId: `s${i}`, level: LogLevel.ERROR })) });
    await client.sendLogs({ logs: [valid({ traceId: 'trace-2' }), valid({ traceId: 'trace-2' })] });
    const { nextPageToken: ofLogs } = await client.getLogs({ pageSize: 1 });
    const { nextPageToken: ofTrace } = await client.getLogsByTraceId({ traceId: 'trace-1', pageSize: 1 });
    expect([ofLogs, ofTrace]).not.toContain('');
    const bad = { status: 'INVALID_ARGUMENT', details: expect.stringContaining('page_token'), fields: ['page_token'] };
    for (const pageToken of ['x', '!', ofLogs.slice(0, -4), `${ofLogs}x`.repeat(1000), Buffer.from('[]').toString('base64url')]) {
      expect(await outcomeOf(client.getLogs({ pageToken }))).toMatchObject(bad);
      expect(await outcomeOf(client.getDags({ pageToken }))).toMatchObject(bad);
      expect(await outcomeOf(client.getLogsByTraceId({ traceId: 'trace-1', pageToken }))).toMatchObject(bad);
    }
    // Tokens of another question.
    expect(await outcomeOf(client.getDags({ pageToken: ofLogs }))).toMatchObject(bad);
    expect(await outcomeOf(client.getLogs({ pageToken: ofTrace }))).toMatchObject(bad);
    expect(await outcomeOf(client.getLogsByTraceId({ traceId: 'trace-2', pageToken: ofTrace }))).toMatchObject(bad);
  });

  it('sees its own tenant only, by either header', async () => {
    const [one, other] = [unique('one'), unique('other')];
    await everyone.as(one).sendLog(valid({ message: 'of one', level: LogLevel.ERROR }));
    await everyone.as(other).sendLog(valid({ message: 'of other' }));
    expect((await allLogs(everyone.as(one))).map((record) => record.message)).toEqual(['of one']);
    expect((await allLogs(everyone.as(other))).map((record) => record.message)).toEqual(['of other']);
    const scope = await everyone.getLogs({}, { metadata: { 'x-scope-orgid': one } });
    expect(scope.logs.map((record) => record.message)).toEqual(['of one']);
    expect((await everyone.as(other).getLogsByTraceId({ traceId: 'trace-1' })).logs).toHaveLength(1);
    expect(await outcomeOf(everyone.as(other).getDagByTraceId('trace-1'))).toMatchObject({ status: 'NOT_FOUND' });
  });

  it('without a tenant is that of the tenant default', async () => {
    const message = unique('message');
    await everyone.sendLog(valid({ message }));
    expect((await allLogs(everyone.as('default'))).map((record) => record.message)).toContain(message);
  });

  it('finds an acknowledged record at once', async () => {
    for (let i = 0; i < 50; i++) {
      await client.sendLog(valid({ traceId: `at-once-${i}` }));
      expect((await client.getLogsByTraceId({ traceId: `at-once-${i}` })).logs).toHaveLength(1);
    }
  });
});
