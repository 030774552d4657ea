import fc from 'fast-check';
import { RootspanError } from '#platform';
import {
  DEFAULT_RECORD_LIMITS,
  ExportLogsServiceRequest,
  ExportTraceServiceRequest,
  LogBatch,
  sliceBatch,
  type AnyValue,
  type Log,
  type OtlpLogRecord,
  type OtlpSpan,
  type Span,
} from '#proto';
import { exportLogsRequest, exportTraceRequest } from './conformance/arbitrary-export.js';
import { expectedLogs, expectedSpans } from './conformance/expected-records.js';
import { logsToJson, tracesToJson } from './conformance/export-json.js';
import { ExportEncoder, type ExportPart, type Signal } from './encode-export.js';
import { quoteLongNumbers } from './json/long-numbers.js';
import { readJsonExport } from './json/read-export.js';

const limits = DEFAULT_RECORD_LIMITS;
const encoder = new ExportEncoder(limits);
const SLICING = { partitions: 3, limits, requireTrace: false, sliceBytes: 512 * 1024 };

function partsOf(signal: Signal, body: Buffer, by = encoder): ExportPart[] {
  const request = by.open(signal, body);
  const parts: ExportPart[] = [];
  for (let part = by.next(request); part !== null; part = by.next(request)) parts.push(part);
  return parts;
}

/** Everything of one request; each part is taken by the core. */
function recordsOf(signal: Signal, body: Buffer) {
  const parts = partsOf(signal, body);
  const batches = parts.map(({ batch }) => LogBatch.decode(batch));
  for (const { batch } of parts) expect(sliceBatch(batch, SLICING)).toMatchObject({ kind: 'sliced', rejected: [] });
  return { logs: batches.flatMap(({ logs }) => logs), spans: batches.flatMap(({ spans }) => spans) };
}

const json = (text: string): unknown => (text === '' ? null : (JSON.parse(quoteLongNumbers(text)) as unknown));
const objectOf = (text: string) => (json(text) ?? {}) as Readonly<Record<string, unknown>>;

/** A record in the form of `expectedLogs`. */
function plain({ attributes, attributesJson, resourceJson, id, ...fields }: Log) {
  expect(id).toBe('');
  return { ...fields, attributes: { ...attributes, ...objectOf(attributesJson) }, resource: json(resourceJson) };
}

function plainSpan({ attributesJson, resourceJson, links, events, ...fields }: Span) {
  const withAttributes = <T extends { readonly attributesJson: string }>({ attributesJson: text, ...rest }: T) => ({
    ...rest,
    attributes: objectOf(text),
  });
  return {
    ...withAttributes({ attributesJson, ...fields }),
    resource: json(resourceJson),
    links: links.map(withAttributes),
    events: events.map(withAttributes),
  };
}

/** Messages that stand for a value are compared as the value. */
function comparable(log: ReturnType<typeof plain>, expected: object) {
  const isText = 'message' in expected && typeof expected.message === 'string';
  return isText ? log : { ...log, message: json(log.message) };
}

describe('An ExportLogsServiceRequest', () => {
  it('becomes records that say the same, whatever it holds', () => {
    fc.assert(
      fc.property(exportLogsRequest, (request) => {
        const { logs } = recordsOf('logs', Buffer.from(ExportLogsServiceRequest.encode(request).finish()));
        const expected = expectedLogs(request);
        expect(logs.map((log, at) => comparable(plain(log), expected[at] ?? {}))).toEqual(expected);
      }),
    );
  });

  it('says the same as JSON', () => {
    fc.assert(
      fc.property(exportLogsRequest, (request) => {
        const proto = recordsOf('logs', Buffer.from(ExportLogsServiceRequest.encode(request).finish()));
        const body = Buffer.from(JSON.stringify(logsToJson(request)));
        expect(recordsOf('logs', readJsonExport('logs', body)).logs.map(plain)).toEqual(proto.logs.map(plain));
      }),
    );
  });
});

describe('An ExportTraceServiceRequest', () => {
  it('becomes spans that say the same, and error records of their exceptions', () => {
    fc.assert(
      fc.property(exportTraceRequest, (request) => {
        const { logs, spans } = recordsOf('traces', Buffer.from(ExportTraceServiceRequest.encode(request).finish()));
        const expected = expectedSpans(request);
        expect({ spans: spans.map(plainSpan), logs: logs.map(plain) }).toEqual(expected);
      }),
    );
  });

  it('says the same as JSON', () => {
    fc.assert(
      fc.property(exportTraceRequest, (request) => {
        const proto = recordsOf('traces', Buffer.from(ExportTraceServiceRequest.encode(request).finish()));
        const body = Buffer.from(JSON.stringify(tracesToJson(request)));
        expect(recordsOf('traces', readJsonExport('traces', body))).toEqual(proto);
      }),
    );
  });
});

describe('A request that grows', () => {
  const text = (value: string): AnyValue => ({ value: { $case: 'stringValue', value } });
  /** Records that bring nothing but what their resource says. */
  const requestOf = (records: number, resource: string): Buffer => {
    const attributes = [{ key: 'what', value: text(resource) }];
    const logRecords = Array.from({ length: records }, () => RECORD);
    const scopeLogs = [{ scope: undefined, logRecords, schemaUrl: '' }];
    const resourceLogs = [{ resource: { attributes, droppedAttributesCount: 0 }, scopeLogs, schemaUrl: '' }];
    return Buffer.from(ExportLogsServiceRequest.encode({ resourceLogs }).finish());
  };
  const RECORD = ExportLogsServiceRequest.decode(Buffer.from([10, 4, 18, 2, 18, 0])).resourceLogs[0]?.scopeLogs[0]
    ?.logRecords[0] as OtlpLogRecord;
  const EMPTY_SPAN = ExportTraceServiceRequest.decode(Buffer.from([10, 4, 18, 2, 18, 0])).resourceSpans[0]?.scopeSpans[0]
    ?.spans[0] as OtlpSpan;
  const refusedOf = (parts: readonly ExportPart[]) => parts.reduce((sum, { refusedCount }) => sum + refusedCount, 0);

  it('is cut into parts that hold each record once', () => {
    const parts = partsOf('logs', requestOf(10_000, 'x'.repeat(1_000)));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap(({ logRows }) => logRows)).toEqual(Array.from({ length: 10_000 }, (_, row) => row));
    expect(parts.every(({ batch }) => batch.length < 5 << 20)).toBe(true);
    expect(refusedOf(parts)).toBe(0);
  });

  it('beyond any measure is refused from there on', () => {
    const small = new ExportEncoder({ ...limits, callBytes: 100_000 });
    const parts = partsOf('logs', requestOf(1_000, 'x'.repeat(10_000)), small);
    const written = parts.reduce((sum, { batch }) => sum + batch.length, 0);
    expect(written).toBeGreaterThan(800_000);
    expect(written).toBeLessThan(900_000);
    expect(parts[0]?.firstRefused?.field).toBe('resource');
    expect(refusedOf(parts) + parts.flatMap(({ logRows }) => logRows).length).toBe(1_000);
  });

  it('has its records refused where the resource alone is too large', () => {
    const parts = partsOf('logs', requestOf(10, 'x'.repeat(limits.attributesBytes)));
    expect(parts).toMatchObject([{ batch: Buffer.alloc(0), refusedCount: 10, firstRefused: { row: 0, field: 'resource' } }]);
  });

  it('has a span refused whose exceptions grow past a call', () => {
    const small = new ExportEncoder({ ...limits, callBytes: 100_000 });
    const exception = { timeUnixNano: '1', name: 'exception', attributes: [], droppedAttributesCount: 0 };
    const spanOf = (exceptions: number) => ({
      ...EMPTY_SPAN,
      traceId: Buffer.alloc(16, 1),
      spanId: Buffer.alloc(8, 1),
      events: Array.from({ length: exceptions }, () => exception),
    });
    const resource = { attributes: [{ key: 'what', value: text('x'.repeat(10_000)) }], droppedAttributesCount: 0 };
    const scopeSpans = [{ scope: undefined, spans: [spanOf(2), spanOf(50), spanOf(3)], schemaUrl: '' }];
    const request = ExportTraceServiceRequest.encode({ resourceSpans: [{ resource, scopeSpans, schemaUrl: '' }] });
    expect(partsOf('traces', Buffer.from(request.finish()), small)).toMatchObject([
      { spanRows: [0, 2], logRows: Array(5).fill(-1), refusedCount: 1, firstRefused: { row: 1, field: 'events' } },
    ]);
  });

  it('is refused with more records than a call may hold', () => {
    expect(() => encoder.open('logs', requestOf(200_001, ''))).toThrow('more than 200000 entries');
  });

  it('has a record refused whose values are nested too deep, as protobuf and as JSON', () => {
    const nested = (depth: number): AnyValue =>
      depth === 0 ? text('deep') : { value: { $case: 'arrayValue', value: { values: [nested(depth - 1)] } } };
    const logRecords = [3, 500, 5].map((depth) => ({ ...RECORD, body: nested(depth) }));
    const request = {
      resourceLogs: [{ resource: undefined, scopeLogs: [{ scope: undefined, logRecords, schemaUrl: '' }], schemaUrl: '' }],
    };
    const proto = Buffer.from(ExportLogsServiceRequest.encode(request).finish());
    const asJson = readJsonExport('logs', Buffer.from(JSON.stringify(logsToJson(request))));
    for (const body of [proto, asJson]) {
      expect(partsOf('logs', body)).toMatchObject([
        { logRows: [0, 2], refusedCount: 1, firstRefused: { row: 1, field: 'record' } },
      ]);
    }
  });
});

describe('Long numbers of JSON', () => {
  it('keep their digits, outside of texts only', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.string(), (number, string) => {
        const quoted = quoteLongNumbers(`{"a" : ${number},"b":[${JSON.stringify(string + number)},${number}]}`);
        const { a, b } = JSON.parse(quoted) as { a: unknown; b: unknown[] };
        expect([String(a), b[0], String(b[1])]).toEqual([String(number), string + number, String(number)]);
      }),
    );
  });

  it('that are none stay none', () => {
    for (const text of ['[00000000000000001]', '[1-234567890123456]', '{"a":12345678901234567890.}']) {
      expect(() => JSON.parse(quoteLongNumbers(text)) as unknown).toThrow(SyntaxError);
    }
  });
});

describe('Hostile bytes', () => {
  /** Taken, or refused as a caller's fault: nothing else may happen. */
  function survives(signal: Signal, read: () => Buffer): void {
    try {
      for (const { batch } of partsOf(signal, read())) expect(sliceBatch(batch, SLICING).kind).toBe('sliced');
    } catch (error) {
      if (!(error instanceof RootspanError)) throw error;
      expect([400, 413]).toContain(error.httpStatus);
    }
  }
  const signals = fc.constantFrom<Signal>('logs', 'traces');
  const valid = fc.oneof(
    exportLogsRequest.map((request) => Buffer.from(ExportLogsServiceRequest.encode(request).finish())),
    exportTraceRequest.map((request) => Buffer.from(ExportTraceServiceRequest.encode(request).finish())),
  );
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 });

  it('at random are taken or refused', () => {
    fc.assert(
      fc.property(signals, fc.uint8Array({ maxLength: 200 }), (signal, bytes) => survives(signal, () => Buffer.from(bytes))),
    );
  });

  it('of requests with changed bytes, or cut off, are taken or refused', () => {
    fc.assert(
      fc.property(signals, valid, changes, fc.nat(), (signal, body, changed, cut) => {
        for (const [at, byte] of changed) if (body.length > 0) body[at % body.length] = byte;
        survives(signal, () => body);
        survives(signal, () => body.subarray(0, cut % (body.length + 1)));
      }),
      { numRuns: 300 },
    );
  });

  it('of JSON at random, and of JSON with changed characters, are taken or refused', () => {
    const texts = fc.oneof(
      fc.json(),
      exportLogsRequest.map((request) => JSON.stringify(logsToJson(request))),
      exportTraceRequest.map((request) => JSON.stringify(tracesToJson(request))),
    );
    fc.assert(
      fc.property(signals, texts, changes, (signal, text, changed) => {
        survives(signal, () => readJsonExport(signal, Buffer.from(text)));
        const body = Buffer.from(text);
        for (const [at, byte] of changed) if (body.length > 0) body[at % body.length] = byte;
        survives(signal, () => readJsonExport(signal, body));
      }),
    );
  });
});
