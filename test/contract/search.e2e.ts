/** Searching and counting by the query language, through gRPC (contract section 2; docs/query-language.md). */
import { allPages, type ContractClient, type LogsPage } from '../support/contract-client.js';
import { describeWithGrpcurl } from '../support/grpcurl.js';
import { outcomeOf } from '../support/outcome.js';
import { at, LogLevel, unique, valid, type Log } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

const RECORDS: readonly Partial<Log>[] = [
  { message: 'Card declined by the bank', service: 'payments', level: LogLevel.ERROR, attributes: { region: 'eu' } },
  {
    message: 'card accepted',
    service: 'payments',
    level: LogLevel.INFO,
    attributesJson: '{"status":200,"http":{"path":"/pay"}}',
  },
  { message: 'health ok', service: 'payments-health', level: LogLevel.DEBUG, attributes: { region: 'us' } },
  {
    message: 'Zahlung für Käufer 17 abgelehnt',
    service: 'checkout',
    level: LogLevel.WARN,
    attributesJson: '{"status":402,"paid":false}',
  },
  { message: 'order 42 took 1500 ms', service: 'orders', level: LogLevel.INFO, traceId: 'trace-2', spanId: 'span-9' },
];
/** Before and after all of them. */
const RANGE = { from: at(0), to: at(100) };

describe('a search', () => {
  const bed = useTestBed();
  let client: ContractClient;

  beforeAll(async () => {
    client = bed.client((await bed.allInOne()).grpc).as(unique('search'));
    await client.sendLogs({ logs: RECORDS.map((record, i) => valid({ ...record, timestamp: at(10 * i) })) });
  });

  const found = async (request: LogsPage): Promise<number[]> => {
    const { logs } = await client.getLogs(request);
    return logs.map(({ message }) => RECORDS.findIndex((record) => record.message === message));
  };

  it.each<[string, readonly number[]]>([
    ['service:payments level>=warn "card declined" attr.region=eu -health', [0]],
    ['card', [1, 0]],
    ['CARD', [1, 0]],
    ['KÄUFER', [3]],
    ['card -declined', [1]],
    ['card or order', [4, 1, 0]],
    ['(card or order) level:info', [4, 1]],
    ['service:pay*', [2, 1, 0]],
    ['service!=payments,orders', [3, 2]],
    ['level<=debug', [2]],
    ['attr.status:*', [3, 1]],
    ['attr.status:200,402', [3, 1]],
    ['attr.status=2*', [1]],
    ['attr.paid=false', [3]],
    ['attr.http.path="/pay"', [1]],
    ['-attr.region:*', [4, 3, 1]],
    ['trace:trace-2', [4]],
    ['span:span-9', [4]],
    ['/took \\d{4,} ms/', [4]],
    ['/^card/', [1]],
    ['/^card/i', [1, 0]],
    [`from:${at(10)} to:${at(30)}`, [2, 1]],
    ['no such words', []],
  ])('by %s finds what it says', async (query, expected) => {
    expect(await found({ query })).toEqual(expected);
    expect(await found({ query, order: 'asc' })).toEqual([...expected].reverse());
  });

  it.each<[string, LogsPage, readonly number[]]>([
    ['a lowest level', { minLevel: 'warn' }, [3, 0]],
    ['services', { services: ['orders', 'checkout'] }, [4, 3]],
    ['a trace', { traceId: 'trace-2' }, [4]],
    ['a span', { spanId: 'span-9' }, [4]],
    ['attributes', { attributes: { region: 'eu' } }, [0]],
    ['bounds of time', { from: at(20), to: at(40) }, [3, 2]],
    ['epochs', { from: String(Date.parse(at(20))), to: String(Date.parse(at(40)) / 1000) }, [3, 2]],
    ['bounds and a query', { from: at(0), query: 'card' }, [1, 0]],
    ['oldest first', { order: 'asc' }, [0, 1, 2, 3, 4]],
  ])('by %s finds what it says', async (_, request, expected) => {
    expect(await found(request)).toEqual(expected);
  });

  it('finds what came in the last hour, up to now', async () => {
    const fresh = client.as(unique('fresh'));
    await fresh.sendLogs({ logs: [valid({ message: 'new' }), valid({ message: 'old', timestamp: at(0) })] });
    expect((await fresh.getLogs({ query: 'from:-1h' })).logs.map(({ message }) => message)).toEqual(['new']);
    expect((await fresh.getLogs({ to: '-1h' })).logs.map(({ message }) => message)).toEqual(['old']);
  });

  it('says how many match, on every page', async () => {
    const pages = await allPages((pageToken) => client.getLogs({ query: 'service:pay*', pageSize: 2, pageToken }));
    expect(pages.map(({ logs, partial }) => [logs.length, partial])).toEqual([
      [2, false],
      [1, false],
    ]);
    for (const { total, totalIsExact } of pages) {
      // The count beside a page has little time: on a busy machine it may say less.
      expect(totalIsExact ? total : 3).toBe(3);
      if (!totalIsExact) expect(total).toBeLessThanOrEqual(3);
    }
    expect(await client.getLogs({ query: 'card' })).toMatchObject({ total: 2, totalIsExact: true, partial: false });
  });

  it('gives every match once, page by page, while records come in', async () => {
    const tenant = client.as(unique('pages'));
    await tenant.sendLogs({
      logs: Array.from({ length: 50 }, (_, i) => valid({ message: `wanted ${i}`, timestamp: at(Math.floor(i / 3)) })),
    });
    for (const order of ['desc', 'asc']) {
      const pages = await allPages(async (pageToken) => {
        await tenant.sendLogs({
          logs: [valid({ message: 'wanted late', timestamp: order === 'desc' ? at(900) : '2020-01-01T00:00:00Z' })],
        });
        return tenant.getLogs({ query: 'wanted -late', order, pageSize: 7, pageToken });
      });
      const messages = pages.flatMap(({ logs }) => logs.map(({ message }) => message));
      expect([messages.length, new Set(messages).size]).toEqual([50, 50]);
    }
  });

  it('refuses a token of another question', async () => {
    const { nextPageToken } = await client.getLogs({ query: 'service:pay*', pageSize: 1 });
    expect(nextPageToken).not.toBe('');
    const again = await client.getLogs({ query: '  service:pay*  ', pageSize: 2, pageToken: nextPageToken });
    expect(again.logs).toHaveLength(2);
    const { nextPageToken: ofAll } = await client.getLogs({ pageSize: 1 });
    const other = client.as(unique('other'));
    for (const call of [
      client.getLogs({ query: 'service:payments', pageToken: nextPageToken }),
      client.getLogs({ query: 'service:pay*', order: 'asc', pageToken: nextPageToken }),
      client.getLogs({ pageToken: nextPageToken }),
      client.getLogs({ query: 'service:pay*', pageToken: ofAll }),
      client.getLogs({ query: 'service:pay*', pageToken: `${nextPageToken}x` }),
      other.getLogs({ query: 'service:pay*', pageToken: nextPageToken }),
    ]) {
      expect(await outcomeOf(call)).toMatchObject({ status: 'INVALID_ARGUMENT', fields: ['page_token'] });
    }
  });

  it.each<[string, string, LogsPage]>([
    ['column 9', 'query', { query: 'service:' }],
    ['column 3', 'query', { query: 'a "b' }],
    ['column 1: there is no field servce', 'query', { query: 'servce:a' }],
    ['column 3', 'query', { query: '/a(b/' }],
    ['write', 'from', { from: 'yesterday' }],
    ['leave one', 'to', { query: 'to:now', to: 'now' }],
    ['asc nor desc', 'order', { order: 'newest' }],
    ['trace, debug', 'min_level', { minLevel: 'loud' }],
    ['U+0000', 'services', { services: ['a\0'] }],
    ['U+0000', 'trace_id', { traceId: 'a\0' }],
    ['10000', 'page_size', { query: 'a', pageSize: 10_001 }],
  ])('with a fault is INVALID_ARGUMENT and says %s of %s', async (details, field, request) => {
    expect(await outcomeOf(client.getLogs(request))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      details: expect.stringContaining(details),
      fields: [field],
    });
  });

  it('is no way for SQL to get in', async () => {
    for (const text of [`'; DROP TABLE logs; --`, '%', '_', '$1', '\\', `' OR '1'='1`]) {
      const quoted = JSON.stringify(text);
      expect(await found({ query: `${quoted} service:${quoted} attr.${quoted}:${quoted}` })).toEqual([]);
    }
    expect(await found({})).toHaveLength(RECORDS.length);
  });

  describe('that counts', () => {
    it('by level over time gives one number a bucket', async () => {
      const histogram = await client.getLogHistogram({ ...RANGE, step: '20s' });
      expect(histogram).toMatchObject({ from: at(0), to: at(100), stepMs: '20000', partial: false, countedFrom: at(0) });
      const counts = Object.fromEntries(histogram.series.map((series) => [series.key, series.counts]));
      expect(counts).toEqual({
        error: ['1', '0', '0', '0', '0'],
        info: ['1', '0', '1', '0', '0'],
        debug: ['0', '1', '0', '0', '0'],
        warn: ['0', '1', '0', '0', '0'],
      });
    });

    it('by service counts what the query asks for, the most frequent first', async () => {
      const { series } = await client.getLogHistogram({ ...RANGE, query: 'card or order', by: 'service', step: '100s' });
      expect(series).toEqual([
        { key: 'payments', counts: ['2'] },
        { key: 'orders', counts: ['1'] },
      ]);
    });

    it.each(['-1m', '-1h', '-24h', '-7d', '-30d', '1970-01-01', '0001-01-01'])(
      'chooses 30 to 200 buckets from %s',
      async (from) => {
        const { from: start, to, stepMs } = await client.getLogHistogram({ from });
        const buckets = (Date.parse(to) - Date.parse(start)) / Number(stepMs);
        expect(buckets).toBeGreaterThanOrEqual(30);
        expect(buckets).toBeLessThanOrEqual(200);
      },
    );

    it.each([
      [
        'service',
        '',
        [
          ['payments', '2'],
          ['checkout', '1'],
          ['orders', '1'],
          ['payments-health', '1'],
        ],
      ],
      [
        'service',
        'PAY',
        [
          ['payments', '2'],
          ['payments-health', '1'],
        ],
      ],
      ['level', 'd', [['debug', '1']]],
      [
        'attr',
        '',
        [
          ['region', '2'],
          ['status', '2'],
          ['http', '1'],
          ['paid', '1'],
        ],
      ],
      [
        'attr.region',
        '',
        [
          ['eu', '1'],
          ['us', '1'],
        ],
      ],
      ['attr.status', '4', [['402', '1']]],
      ['attr.http.path', '', [['/pay', '1']]],
      ['resource', '', []],
    ])('values of %s that begin with "%s"', async (field, prefix, expected) => {
      const { values, partial } = await client.getFieldValues({ ...RANGE, field, prefix });
      expect([values.map(({ value, count }) => [value, count]), partial]).toEqual([expected, false]);
    });

    it('refuses what it can not count', async () => {
      const bad = (field: string) => ({ status: 'INVALID_ARGUMENT', fields: [field] });
      expect(await outcomeOf(client.getLogHistogram({ step: '1y' }))).toMatchObject(bad('step'));
      expect(await outcomeOf(client.getLogHistogram({ step: '1ms' }))).toMatchObject(bad('step'));
      expect(await outcomeOf(client.getLogHistogram({ by: 'message' }))).toMatchObject(bad('by'));
      expect(await outcomeOf(client.getLogHistogram({ from: 'now', to: '-1h' }))).toMatchObject(bad('from'));
      expect(await outcomeOf(client.getFieldValues({ field: 'message' }))).toMatchObject(bad('field'));
      expect(await outcomeOf(client.getFieldValues({ field: 'level', limit: 1_001 }))).toMatchObject(bad('limit'));
      expect(await outcomeOf(client.getFieldValues({ field: 'level', query: '(' }))).toMatchObject(bad('query'));
    });
  });
});

describeWithGrpcurl('grpcurl', (grpcurl) => {
  const bed = useTestBed();

  it('searches, and is shown the column of a fault', async () => {
    const { grpc } = await bed.allInOne();
    await bed.client(grpc).sendLogs({ logs: RECORDS.map((record, i) => valid({ ...record, timestamp: at(i) })) });
    const answer = await grpcurl.call(grpc, 'query.QueryService/GetLogs', '{"query":"level>=warn","page_size":1}');
    expect(answer).toMatchObject({ logs: [{ service: 'checkout' }], nextPageToken: expect.any(String) });
    const values = await grpcurl.call(grpc, 'query.QueryService/GetFieldValues', `{"field":"service","from":"${at(0)}"}`);
    expect(values).toMatchObject({ values: expect.arrayContaining([{ value: 'payments', count: '2' }]) });
    const { stderr } = await grpcurl.run('-d', '{"query":"servce:pay"}', grpc, 'query.QueryService/GetLogs');
    expect(stderr).toContain('InvalidArgument');
    expect(stderr).toContain('column 1');
  });
});
