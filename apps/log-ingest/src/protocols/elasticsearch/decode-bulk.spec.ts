import fc from 'fast-check';
import { DEFAULT_RECORD_LIMITS, LogBatch, LogLevel, sliceBatch, type Log } from '#proto';
import { bulkAnswer } from './bulk-answer.js';
import { decodeBulk, type DecodedBulk } from './decode-bulk.js';

const LIMIT = 1 << 20;

const ndjson = (...lines: readonly unknown[]): Buffer =>
  Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
const decode = (body: Buffer, index = ''): DecodedBulk => decodeBulk(body, index, LIMIT);
const logsOf = ({ batch }: DecodedBulk): readonly Log[] => LogBatch.decode(batch.body()).logs;
const one = (document: unknown): Log | undefined => logsOf(decode(ndjson({ create: {} }, document)))[0];
const attributesOf = (log: Log | undefined): unknown => JSON.parse(log?.attributesJson || '{}');

describe('A document for Elasticsearch', () => {
  const expected = {
    timestamp: '2024-01-02T03:04:05.678Z',
    message: 'gone',
    level: LogLevel.ERROR,
    service: 'shop',
    traceId: 't',
    spanId: 's',
    parentId: 'p',
  };

  it('with the nested fields of the Elastic Common Schema becomes a record', () => {
    const log = one({
      '@timestamp': '2024-01-02T03:04:05.678Z',
      message: 'gone',
      log: { level: 'ERROR' },
      service: { name: 'shop' },
      trace: { id: 't' },
      span: { id: 's' },
      parent: { id: 'p' },
      host: { name: 'h', ip: ['::1'] },
      agent: { type: 'filebeat', version: '8.19.0' },
      http: { response: { status_code: 500 } },
    });
    expect(log).toMatchObject({ ...expected, severityText: '' });
    expect(attributesOf(log)).toEqual({
      host: { name: 'h', ip: ['::1'] },
      agent: { type: 'filebeat', version: '8.19.0' },
      http: { response: { status_code: 500 } },
    });
  });

  it('with dotted fields becomes the same record', () => {
    const log = one({
      '@timestamp': '2024-01-02T03:04:05.678Z',
      message: 'gone',
      'log.level': 'error',
      'service.name': 'shop',
      'trace.id': 't',
      'span.id': 's',
      'parent.id': 'p',
      'host.name': 'h',
      id: 7,
    });
    expect(log).toMatchObject({ ...expected, id: '' });
    expect(attributesOf(log)).toEqual({ 'host.name': 'h', id: 7 });
  });

  it('without a message is not given its logger as one', () => {
    const log = one({ log: { level: 'warn', logger: 'a.b' }, message: '', transaction: { id: 'tx' } });
    expect(log).toMatchObject({ message: '', level: LogLevel.WARN, spanId: 'tx', service: 'unknown_service' });
    expect(attributesOf(log)).toEqual({ log: { level: 'warn', logger: 'a.b' } });
  });

  it.each([
    [{ severity: 3 }, LogLevel.ERROR, ''],
    [{ severity: '7' }, LogLevel.DEBUG, ''],
    [{ log: { syslog: { severity: { code: 4, name: 'Warning' } } } }, LogLevel.WARN, 'Warning'],
    [{ level: 50 }, LogLevel.ERROR, ''],
    [{ level: 9 }, LogLevel.INFO, '9'],
    [{ level: 'gibberish' }, LogLevel.INFO, 'gibberish'],
  ])('with the severity %j has its level', (document, level, severityText) => {
    expect(one(document)).toMatchObject({ level, severityText });
  });

  it('keeps what can not be stored as U+FFFD, and says so', () => {
    const body = Buffer.concat([ndjson({ index: {} }), Buffer.from('{"message":"a\xff"}', 'latin1')]);
    expect(logsOf(decode(body))).toMatchObject([{ message: 'a\ufffd', attributesJson: '{"rootspan.sanitized":"true"}' }]);
  });

  it('has its index and the id that it was given as attributes', () => {
    const decoded = decode(ndjson({ index: { _index: 'a', _id: 1 } }, { _index: 'own' }, { create: {} }, {}), 'path');
    expect(logsOf(decoded).map(attributesOf)).toEqual([{ _index: 'a', _id: '1' }, { _index: 'path' }]);
  });
});

describe('A bulk request', () => {
  it('is taken with CRLF, blank lines between operations, and without an end of its last line', () => {
    const body = '{"index":{}}\r\n{"message":"a"}\r\n\r\n\n{"create":{"_index":"i"}}\n{"message":"b"}';
    expect(logsOf(decode(Buffer.from(body))).map(({ message }) => message)).toEqual(['a', 'b']);
  });

  it('has each update, delete and unreadable document refused by itself', () => {
    const decoded = decode(
      ndjson(
        { update: { _id: '1' } },
        { doc: {} },
        { create: {} },
        { message: 'kept' },
        { delete: { _index: 'i', _id: '2' } },
        { index: {} },
        '{"cut',
        { index: {} },
        '"text"',
        { index: {} },
        { '@timestamp': 'noon' },
      ),
    );
    expect(logsOf(decoded)).toMatchObject([{ message: 'kept' }]);
    expect(decoded.batch.faults).toMatchObject([
      { row: 0, reason: expect.stringContaining('update') },
      { row: 2, reason: expect.stringContaining('delete') },
      { row: 3 },
      { row: 4 },
      { row: 5, field: '@timestamp' },
    ]);
    const answer = bulkAnswer(3, decoded.items, decoded.batch.faults);
    expect(answer).toContain('"errors":true');
    expect(JSON.parse(answer)).toMatchObject({
      took: 3,
      items: [
        { update: { _id: '1', status: 400, error: { type: 'illegal_argument_exception' } } },
        { create: { _index: '', _id: expect.stringMatching(/^.{20}$/), status: 201, result: 'created' } },
        { delete: { _index: 'i', _id: '2', status: 400 } },
        { index: { status: 400, error: { type: 'mapper_parsing_exception' } } },
        { index: { status: 400 } },
        { index: { status: 400, error: { reason: expect.stringContaining('[@timestamp]') } } },
      ],
    });
  });

  it.each([
    ['', 'required'],
    ['\n\n', 'required'],
    ['no JSON\n{}', '[1]'],
    ['{"create":{}}\n{}\n[]\n{}', '[3]'],
    ['{"upsert":{}}\n{}', '[1]'],
    ['{"create":{},"index":{}}\n{}', '[1]'],
    ['{"create":5}\n{}', '[1]'],
    ['{"create":{"_index":{}}}\n{}', '_index'],
    [`{"create":{"_id":"${'x'.repeat(513)}"}}\n{}`, '_id'],
    ['{"create":{}}\n{}\n{"create":{}}\n', 'no document'],
  ])('that can not be read is refused: %j', (body, part) => {
    expect(() => decode(Buffer.from(body))).toThrow(
      expect.objectContaining({ httpStatus: 400, message: expect.stringContaining(part) }),
    );
  });

  it('of too many operations or records is refused as too large', () => {
    const many = Buffer.from('{"delete":{}}\n'.repeat(50_001));
    expect(() => decode(many)).toThrow(expect.objectContaining({ httpStatus: 413 }));
    const wide = Buffer.from('{"create":{}}\n{}\n'.repeat(10_000));
    expect(() => decode(wide, 'i'.repeat(255))).toThrow(expect.objectContaining({ httpStatus: 413 }));
    expect(() => decode(wide, 'i'.repeat(256))).toThrow(expect.objectContaining({ httpStatus: 400 }));
  });

  it('of whatever bytes gives an item for each operation and records that can be stored, or a 4xx', () => {
    const valid = ndjson({ create: { _index: 'i', _id: 'é' } }, { message: 'm', trace: { id: 't' }, n: [1, { a: null }] });
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.uint8Array({ maxLength: 60 }), fc.boolean(), (changes, random, mutated) => {
        const body = mutated ? Buffer.from(valid) : Buffer.from(random);
        for (const [at, byte] of changes) if (body.length > 0) body[at % body.length] = byte;
        let decoded: DecodedBulk;
        try {
          decoded = decode(body);
        } catch (error) {
          expect(error).toMatchObject({ httpStatus: 400 });
          return;
        }
        const options = { partitions: 1, limits: DEFAULT_RECORD_LIMITS, requireTrace: false, sliceBytes: LIMIT };
        expect(sliceBatch(decoded.batch.body(), options)).toMatchObject({ kind: 'sliced', rejected: [] });
        expect(logsOf(decoded).length + decoded.batch.refusedCount).toBe(decoded.items.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
