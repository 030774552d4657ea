import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { DEFAULT_RECORD_LIMITS, LogBatch, LogLevel, sliceBatch, type Log } from '#proto';
import { RecordBatch } from '../records/record-batch.js';
import { timestampOfNanos } from '../records/timestamp.js';
import { decodeJsonPush } from './decode-json-push.js';
import { decodeProtoPush } from './decode-proto-push.js';
import { parseLabels } from './label-text.js';

const LIMIT = 1 << 20;

function fromJson(push: unknown): readonly Log[] {
  const batch = new RecordBatch(LIMIT);
  decodeJsonPush(Buffer.from(JSON.stringify(push)), batch, (time) => timestampOfNanos(String(time)));
  return LogBatch.decode(batch.body()).logs;
}

/** A PushRequest of one stream, by protobuf's own writer. */
function pushRequest(
  labels: string,
  entries: readonly { seconds: number; nanos: number; line: Uint8Array; metadata?: object }[],
): Buffer {
  const stream = new BinaryWriter().uint32(10).string(labels);
  for (const { seconds, nanos, line, metadata = {} } of entries) {
    const time = new BinaryWriter().uint32(8).int64(seconds).uint32(16).int32(nanos).finish();
    const entry = new BinaryWriter().uint32(10).bytes(time).uint32(18).bytes(line);
    for (const [name, value] of Object.entries(metadata)) {
      entry.uint32(26).bytes(new BinaryWriter().uint32(10).string(name).uint32(18).string(String(value)).finish());
    }
    stream.uint32(18).bytes(entry.finish());
  }
  return Buffer.from(new BinaryWriter().uint32(10).bytes(stream.uint32(24).uint64(7).finish()).finish());
}

function fromProto(body: Buffer): readonly Log[] {
  const batch = new RecordBatch(LIMIT);
  decodeProtoPush(body, batch);
  return LogBatch.decode(batch.body()).logs;
}

describe('A Loki push', () => {
  const labels = { app: 'shop', level: 'warning', trace_id: 'from label' };
  const metadata = { trace_id: 't', span_id: 's', parent_id: 'p', user: 'u', level: 'error' };
  const expected = {
    timestamp: '2023-11-14T22:13:20.123456789Z',
    message: 'a line',
    service: 'shop',
    traceId: 't',
    spanId: 's',
    parentId: 'p',
    level: LogLevel.ERROR,
    attributesJson: '{"app":"shop","level":"error","user":"u"}',
  };

  it('as JSON becomes records with labels and metadata as attributes', () => {
    const values = [
      ['1700000000123456789', 'a line', metadata],
      ['1700000000000000000', ''],
    ];
    expect(fromJson({ streams: [{ stream: labels, values }, {}] })).toMatchObject([
      expected,
      { message: '', service: 'shop', level: LogLevel.WARN, traceId: 'from label', timestamp: '2023-11-14T22:13:20Z' },
    ]);
  });

  it('as protobuf becomes the same records', () => {
    const entry = { seconds: 1_700_000_000, nanos: 123_456_789, line: Buffer.from('a line'), metadata };
    const text = '{app="shop", level="warning",trace_id="from label"}';
    expect(fromProto(pushRequest(text, [entry]))).toMatchObject([expected]);
    expect(fromProto(pushRequest('{}', [{ ...entry, seconds: -1, metadata: {} }]))).toMatchObject([
      { timestamp: '1969-12-31T23:59:59.123456789Z', service: 'unknown_service', attributesJson: '' },
    ]);
  });

  it('is kept with U+FFFD where its text can not be stored, and says so', () => {
    const line = Buffer.from([0x61, 0, 0xff]);
    expect(fromProto(pushRequest('{app="x"}', [{ seconds: 1, nanos: 0, line }]))).toMatchObject([
      { message: 'a\ufffd\ufffd', attributesJson: '{"app":"x","rootspan.sanitized":"true"}' },
    ]);
    expect(fromJson({ streams: [{ stream: {}, values: [['1', 'a\0']] }] })).toMatchObject([
      { message: 'a\ufffd', attributesJson: '{"rootspan.sanitized":"true"}' },
    ]);
  });

  it.each([
    [{}, 'streams'],
    [{ streams: [5] }, 'streams[0]'],
    [{ streams: [{ stream: [] }] }, 'streams[0].stream'],
    [{ streams: [{ stream: { a: {} } }] }, 'streams[0].stream'],
    [{ streams: [{ values: {} }] }, 'streams[0].values'],
    [{ streams: [{ values: [['1', 'ok'], ['1']] }] }, 'streams[0].values[1]'],
    [{ streams: [{}, { values: [['noon', 'x']] }] }, 'streams[1].values[0][0]'],
    [{ streams: [{ values: [['9'.repeat(25), 'x']] }] }, 'streams[0].values[0][0]'],
    [{ streams: [{ values: [['1', 5]] }] }, 'streams[0].values[0][1]'],
    [{ streams: [{ values: [['1', 'x', 5]] }] }, 'streams[0].values[0][2]'],
  ])('that is no push is refused, naming the entry: %j', (push, field) => {
    expect(() => fromJson(push)).toThrow(expect.objectContaining({ field, httpStatus: 400 }));
  });

  it('with labels or times that can not be read is refused, naming the stream', () => {
    const entry = { seconds: 1, nanos: 0, line: Buffer.from('x') };
    expect(() => fromProto(pushRequest('app', [entry]))).toThrow('streams[0].labels');
    for (const time of [{ seconds: 1e12 }, { nanos: 1e9 }, { nanos: -1 }]) {
      expect(() => fromProto(pushRequest('{}', [{ ...entry, ...time }]))).toThrow('streams[0].entries[0].timestamp');
    }
  });

  it('of whatever bytes gives records that can be stored, or a 4xx', () => {
    const proto = pushRequest('{app="x"}', [{ seconds: 1, nanos: 5, line: Buffer.from('line'), metadata: { a: 'b' } }]);
    const json = Buffer.from('{"streams":[{"stream":{"a":"b"},"values":[["1","x",{"k":"v"}]]}]}');
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(proto, json),
        edits,
        fc.uint8Array({ maxLength: 60 }),
        fc.boolean(),
        (from, changes, random, mutated) => {
          const body = mutated ? Buffer.from(from) : Buffer.from(random);
          for (const [at, byte] of changes) if (body.length > 0) body[at % body.length] = byte;
          for (const decode of [decodeProtoPush, (bytes: Buffer, to: RecordBatch) => decodeJsonPush(bytes, to, () => '')]) {
            const batch = new RecordBatch(LIMIT);
            try {
              decode(body, batch);
            } catch (error) {
              expect(error).toMatchObject({ httpStatus: 400 });
              continue;
            }
            const options = { partitions: 1, limits: DEFAULT_RECORD_LIMITS, requireTrace: false, sliceBytes: LIMIT };
            expect(sliceBatch(batch.body(), options)).toMatchObject({ kind: 'sliced', rejected: [] });
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('Labels', () => {
  it.each([
    ['{}', []],
    ['{a="b"}', [['a', 'b']]],
    [
      '{ a = "b" ,c="d",}',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['{a="q\\"\\\\\\n\\t\\x41\\u00e9\\U0001F600\\101"}', [['a', 'q"\\\n\tAé😀A']]],
    [
      '{a=`raw\\n`,b="},{"}',
      [
        ['a', 'raw\\n'],
        ['b', '},{'],
      ],
    ],
  ])('%s are read', (text, labels) => {
    expect(parseLabels(text)).toEqual(labels);
  });

  it.each(['', 'a', '{a}', '{a=}', '{a="b}', '{a="b"c="d"}', '{="b"}', '{a="\\q"}', '{a="\\UFFFFFFFF"}', '{,}'])(
    '%s are refused',
    (text) => {
      expect(parseLabels(text)).toBeNull();
    },
  );
});
