import fc from 'fast-check';
import { RootspanError } from '#platform';
import { DEFAULT_RECORD_LIMITS, LogBatch, LogLevel, sliceBatch, type Log } from '#proto';
import type { RowFault } from '../records/record-batch.js';
import { decodeRows } from './decode-rows.js';
import { readRows } from './read-rows.js';
import { parseTraceParent } from './trace-parent.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

interface Decoded {
  readonly logs: readonly Log[];
  readonly faults: readonly RowFault[];
  readonly body: Buffer;
}

function decode(body: string | Buffer, type = 'application/json', header = '', start?: (line: string) => boolean): Decoded {
  const defaults = { service: 'fallback', trace: parseTraceParent(header) };
  const batch = decodeRows(readRows(Buffer.from(body), type, start), defaults, 1 << 20);
  return { logs: LogBatch.decode(batch.body()).logs, faults: batch.faults, body: batch.body() };
}

const one = (row: object, header = ''): Log | undefined => decode(JSON.stringify(row), undefined, header).logs[0];
const attributesOf = (log: Log | undefined): unknown => JSON.parse(log?.attributesJson || '{}');

describe('A row as a logger writes it', () => {
  it('of pino has its level by number, its time in milliseconds and its name as service', () => {
    const log = one({
      level: 50,
      time: 1531171082399,
      pid: 7,
      hostname: 'h',
      name: 'shop',
      msg: 'gone',
      trace_id: TRACE_ID,
      trace_flags: '01',
    });
    expect(log).toMatchObject({
      level: LogLevel.ERROR,
      timestamp: '2018-07-09T21:18:02.399Z',
      service: 'shop',
      message: 'gone',
      traceId: TRACE_ID,
      traceFlags: 1,
    });
    expect(attributesOf(log)).toEqual({ pid: 7, hostname: 'h' });
  });

  it.each([
    [
      'winston',
      { level: 'warn', message: 'm', timestamp: '2024-01-02T03:04:05.678Z' },
      '2024-01-02T03:04:05.678Z',
      LogLevel.WARN,
    ],
    ['bunyan', { name: 'a', level: 30, msg: 'm', time: '2012-02-03T23:09:29.3Z', v: 0 }, '2012-02-03T23:09:29.3Z', LogLevel.INFO],
    ['zap', { level: 'error', ts: 1700000000.1234567, msg: 'm' }, '2023-11-14T22:13:20.123456700Z', LogLevel.ERROR],
    ['logrus', { level: 'warning', time: '2024-01-02T03:04:05+02:00', msg: 'm' }, '2024-01-02T03:04:05+02:00', LogLevel.WARN],
    [
      'Python',
      { levelname: 'CRITICAL', asctime: '2024-01-02 03:04:05,678', message: 'm' },
      '2024-01-02 03:04:05,678',
      LogLevel.FATAL,
    ],
    [
      'ECS',
      { '@timestamp': '2024-01-02T03:04:05Z', log: { level: 'debug' }, message: 'm' },
      '2024-01-02T03:04:05Z',
      LogLevel.DEBUG,
    ],
    ['digits', { ts: '1700000000123456789', msg: 'm', level: 'TRACE' }, '2023-11-14T22:13:20.123456789Z', LogLevel.TRACE],
    ['protobuf-JSON', { message: 'm', level: 3, timestamp: '2024-01-02' }, '2024-01-02', LogLevel.ERROR],
  ])('of %s is understood', (_, row, timestamp, level) => {
    expect(one(row)).toMatchObject({ message: 'm', timestamp, level });
  });

  it.each([
    { traceId: 't', spanId: 's', parentId: 'p' },
    { trace_id: 't', span_id: 's', parent_id: 'p' },
    { 'trace.id': 't', 'span.id': 's', 'parent.id': 'p' },
    { trace: { id: 't' }, span: { id: 's' }, parent: { id: 'p' } },
    { 'dd.trace_id': 't', dd: { span_id: 's' }, parentSpanId: 'p' },
  ])('names its trace as %j', (row) => {
    const log = one(row);
    expect(log).toMatchObject({ traceId: 't', spanId: 's', parentId: 'p' });
    expect(attributesOf(log)).toEqual({});
  });

  it('keeps a name that means something else here as an attribute, where another name has the time', () => {
    const log = one({ msg: 'm', time: '12ms', ts: 1700000000, severity: { code: 1 }, lvl: 'warn' });
    expect(log).toMatchObject({ timestamp: '2023-11-14T22:13:20Z', level: LogLevel.WARN });
    expect(attributesOf(log)).toEqual({ time: '12ms', severity: { code: 1 } });
  });

  it('takes its trace from a traceparent of its own before that of the request', () => {
    const other = TRACEPARENT.replace('0af7', '1bf7');
    expect(one({ msg: 'm', traceparent: TRACEPARENT }, other)).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
    });
    expect(one({ msg: 'm' }, TRACEPARENT)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
    expect(one({ msg: 'm', trace_id: 't' }, TRACEPARENT)).toMatchObject({ traceId: 't', spanId: '' });
    const broken = one({ msg: 'm', traceparent: 'no-parent' });
    expect([broken?.traceId, attributesOf(broken)]).toEqual(['', { traceparent: 'no-parent' }]);
  });

  it('keeps what it does not know as typed attributes, whatever their names', () => {
    const log = decode('{"msg":"m","n":1.5,"o":{"a":[null,true]},"__proto__":{"x":1},"attributes":{"k":"v"},"level":"odd"}')
      .logs[0];
    expect(log?.attributesJson).toBe('{"n":1.5,"o":{"a":[null,true]},"__proto__":{"x":1},"k":"v"}');
    expect(log).toMatchObject({ level: LogLevel.INFO, severityText: 'odd', service: 'fallback' });
  });

  it('is kept with U+FFFD where its text can not be stored, and says so', () => {
    const escaped = decode('{"msg":"a\\u0000b\\ud800","k\\u0000":{"v":"\\udc00"}}').logs[0];
    expect(escaped?.message).toBe('a\ufffdb\ufffd');
    expect(attributesOf(escaped)).toEqual({ 'k\ufffd': { v: '\ufffd' }, 'rootspan.sanitized': 'true' });
    const latin1 = decode(Buffer.from('{"msg":"caf\xe9"}\n{"msg":"ok"}', 'latin1'));
    expect(latin1.logs.map(({ message }) => message)).toEqual(['caf\ufffd', 'ok']);
    expect(latin1.logs.map(attributesOf)).toEqual([{ 'rootspan.sanitized': 'true' }, {}]);
  });
});

describe('Rows that can not be taken', () => {
  it.each([
    [{ msg: 'm', time: 'yesterday' }, 'time'],
    [{ msg: 'm', ts: 1e30 }, 'ts'],
    [{ msg: 'm', level: 7 }, 'level'],
    [{ msg: 'm', severityNumber: 25 }, 'severityNumber'],
    [5, ''],
    [null, ''],
  ])('are refused by themselves, naming the field: %j', (row, field) => {
    const { logs, faults } = decode(JSON.stringify([{ msg: 'before' }, row, { msg: 'after' }]));
    expect(logs.map(({ message }) => message)).toEqual(['before', 'after']);
    expect(faults).toMatchObject([{ row: 1, field }]);
  });

  it('are those nested too deeply, however deep', () => {
    const { logs, faults } = decode(`[{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}},{"msg":"ok"}]`);
    expect([logs.length, faults]).toMatchObject([1, [{ row: 0, reason: expect.stringContaining('nested') }]]);
  });

  it('make the request too large where their records grow past the limit', () => {
    expect(() => decode('x\n'.repeat(100_000), 'text/plain')).toThrow(RootspanError);
  });
});

describe('A body', () => {
  const rows = '{"msg":"a"}\n\n{"msg":"b"}\r\n';

  it.each(['application/json', 'application/x-ndjson', '', 'application/x-www-form-urlencoded'])(
    'of NDJSON is read as %j',
    (type) => {
      expect(decode(rows, type).logs.map(({ message }) => message)).toEqual(['a', 'b']);
      const broken = decode(`${rows}{"msg":\n`, type);
      expect([broken.logs.length, broken.faults]).toMatchObject([2, [{ row: 2 }]]);
    },
  );

  it('of text is one message a line', () => {
    expect(decode(rows, 'text/plain').logs.map(({ message }) => message)).toEqual(['{"msg":"a"}', '{"msg":"b"}']);
    expect(decode('one\ntwo', '').logs.map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('of text with a start pattern is one message an entry', () => {
    const text = '  at first\n2024 a\n  at b\n\n  at c\n2024 d';
    const { logs } = decode(text, 'text/plain', '', (line) => line.startsWith('2024'));
    expect(logs.map(({ message }) => message)).toEqual(['  at first', '2024 a\n  at b\n  at c', '2024 d']);
  });

  it('that says JSON and is none is refused', () => {
    for (const body of ['one', '{"a":', '{\n{\n']) expect(() => decode(body)).toThrow('The body is not JSON');
  });

  it('with very many lines that are no JSON is refused whole', () => {
    expect(() => decode(`{"msg":"a"}\n${'x\n'.repeat(10_001)}`)).toThrow('More than 10000 lines');
  });

  it('that is empty holds no rows', () => {
    for (const body of ['', ' \n', '[]']) expect(decode(body)).toMatchObject({ logs: [], faults: [] });
  });

  it('of whatever bytes gives records that can be stored, or a refusal', () => {
    const json = fc.json().map((text) => Buffer.from(text));
    const rowLike = fc
      .dictionary(
        fc.constantFrom('msg', 'level', 'time', 'trace', 'dd', 'attributes', 'resource', '__proto__', 'x\0'),
        fc.jsonValue(),
      )
      .map((row) => Buffer.from(JSON.stringify(row)));
    const mutated = fc.tuple(rowLike, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([bytes, at, byte]) => {
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const types = fc.constantFrom('application/json', 'text/plain', '');
    fc.assert(
      fc.property(fc.oneof(json, rowLike, mutated, bytes), types, (body, type) => {
        let decoded: Decoded;
        try {
          decoded = decode(body, type);
        } catch (error) {
          expect(error).toMatchObject({ httpStatus: 400 });
          return;
        }
        const options = { partitions: 1, limits: DEFAULT_RECORD_LIMITS, requireTrace: false, sliceBytes: 1 << 20 };
        const sliced = sliceBatch(decoded.body, options);
        expect(sliced.kind).toBe('sliced');
        const kinds = sliced.kind === 'sliced' ? sliced.rejected.filter(({ kind }) => kind === 'invalid') : [];
        expect(kinds).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
