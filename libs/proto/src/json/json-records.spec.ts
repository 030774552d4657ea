import fc from 'fast-check';
import { LogBatch, LogLevel, type Log } from '../generated/log.js';
import { DEFAULT_RECORD_LIMITS } from '../wire/record-limits.js';
import { readJsonRecords, type JsonRecordFault } from './json-records.js';

function read(text: string): { logs: Log[]; faults: readonly JsonRecordFault[] } {
  const result = readJsonRecords(Buffer.from(text, 'utf8'));
  if (result.kind !== 'records') throw new Error(result.reason);
  return { logs: LogBatch.decode(result.value).logs, faults: result.faults };
}

function faultOf(record: unknown): string {
  const { logs, faults } = read(JSON.stringify(record));
  expect(logs).toEqual([]);
  expect(faults).toHaveLength(1);
  return faults[0]?.reason ?? '';
}

const EXAMPLE = {
  traceId: 'abc123',
  spanId: 'span456',
  parentId: 'span123',
  service: 'auth-service',
  level: 'error',
  message: 'User login failed: invalid credentials',
  timestamp: '2025-04-16T14:30:00Z',
};

describe('readJsonRecords', () => {
  it('reads one object, an array and newline-separated objects alike', () => {
    const one = JSON.stringify(EXAMPLE);
    const expected = { ...EXAMPLE, level: LogLevel.ERROR };
    expect(read(one).logs).toMatchObject([expected]);
    for (const text of [`[${one},${one}]`, `${one}\n${one}`, `${one}\r\n\n${one}\n`, `\ufeff${one}\n${one}`]) {
      expect(read(text)).toMatchObject({ logs: [expected, expected], faults: [] });
    }
    expect(read(JSON.stringify(EXAMPLE, null, 2)).logs).toMatchObject([expected]);
    expect(read('[]')).toEqual({ logs: [], faults: [] });
  });

  it('takes both spellings of every field', () => {
    const camel = {
      ...EXAMPLE,
      level: 3,
      id: 'key',
      scope: 'http',
      event: 'login',
      severityNumber: 18,
      severityText: 'ERR',
      observedTimestamp: '2025-04-16T14:30:01Z',
      traceFlags: 1,
      attributesJson: '{"a":1}',
      resourceJson: '{"host":"h"}',
    };
    const snake = Object.fromEntries(
      Object.entries(camel).map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]),
    );
    expect(read(JSON.stringify(camel)).logs).toMatchObject([camel]);
    expect(read(JSON.stringify(snake)).logs).toEqual(read(JSON.stringify(camel)).logs);
  });

  it('reads back any texts', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 }).map((some) => some.replaceAll('\0', ''));
    fc.assert(
      fc.property(text, text, text, (message, traceId, spanId) => {
        expect(read(JSON.stringify({ ...EXAMPLE, message, traceId, spanId })).logs).toMatchObject([{ message, traceId, spanId }]);
      }),
    );
  });

  it('takes a level as a name in either case, as an alias or as a number', () => {
    const levels = ['info', 'INFO', 'LOG_LEVEL_INFO', 0, 'debug', 1, 'Warn', 2, 'ERROR', 3, 'fatal', 4, 'TRACE', 5, null];
    const expected = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0];
    expect(levels.map((level) => read(JSON.stringify({ ...EXAMPLE, level })).logs[0]?.level)).toEqual(expected);
  });

  it.each(['loud', '', 6, -1, 1.5, 1e10, 2 ** 31, -1e300, true, {}, [], 'constructor', '__proto__'])(
    'names level %p',
    (level) => {
      expect(faultOf({ ...EXAMPLE, level })).toMatch(/^level /);
    },
  );

  it.each(['traceId', 'parentId', 'spanId', 'service', 'message', 'timestamp', 'id', 'scope', 'event', 'severityText'])(
    'names %s where it is not a text that can be stored',
    (name) => {
      for (const value of [1, true, {}, []]) expect(faultOf({ ...EXAMPLE, [name]: value })).toBe(`${name} is not a string`);
      expect(faultOf({ ...EXAMPLE, [name]: 'a\ud800b' })).toMatch(new RegExp(`^${name} holds half of a surrogate pair`));
      const snake = name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
      expect(faultOf({ ...EXAMPLE, [name]: 'a\0b' })).toMatch(new RegExp(`^${snake} `));
    },
  );

  it.each(['severityNumber', 'traceFlags'])('names %s where it is no whole number of 32 bits', (name) => {
    for (const value of ['1', 1.5, -1, 2 ** 32, true, []])
      expect(faultOf({ ...EXAMPLE, [name]: value })).toMatch(`${name} is not`);
  });

  it('keeps attributes of any type, and attributesJson over them', () => {
    const { logs } = read('{"service":"s","attributes":{"a":1,"b":"x","__proto__":[true]},"attributesJson":" {\\"b\\":2} "}');
    expect(logs[0]?.attributesJson).toBe('{"a":1,"b":"x","__proto__":[true],"b":2}');
    expect(read('{"service":"s","attributes":{},"attributesJson":{"a":{}}}').logs[0]?.attributesJson).toBe('{"a":{}}');
    expect(read('{"service":"s","attributes":{}}').logs[0]?.attributesJson).toBe('{}');
    expect(read('{"service":"s","resource":{"host":"h"}}').logs[0]?.resourceJson).toBe('{"host":"h"}');
  });

  it('keeps every digit of a number in attributesJson and resourceJson', () => {
    const text = '{"n":12345678901234567890}';
    const { logs } = read(JSON.stringify({ service: 's', attributesJson: text, resourceJson: text }));
    expect(logs).toMatchObject([{ attributesJson: text, resourceJson: text }]);
  });

  it('names attributes, attributesJson and resourceJson where they are no objects', () => {
    for (const value of [1, 'x', []]) expect(faultOf({ ...EXAMPLE, attributes: value })).toBe('attributes is not an object');
    for (const name of ['attributesJson', 'resourceJson']) {
      for (const value of [1, '[]', '12', '{', [], 'x']) {
        expect(faultOf({ ...EXAMPLE, [name]: value })).toBe(`${name} is not a JSON object`);
      }
    }
    expect(faultOf({ ...EXAMPLE, attributes: { a: '\ud800' } })).toMatch(/^attributes_json /);
    expect(faultOf({ ...EXAMPLE, attributes: { a: 'x\0' } })).toMatch(/^attributes_json /);
  });

  it('keeps the good neighbours of bad records, which it hands back with index and reason', () => {
    const { logs, faults } = read(JSON.stringify([EXAMPLE, { service: '' }, 5, null, [EXAMPLE], EXAMPLE]));
    expect(logs).toHaveLength(2);
    expect(faults.map(({ index, reason, bytes }) => [index, reason.split(':')[0], bytes.toString('utf8')])).toEqual([
      [1, 'service is required', '{"service":""}'],
      [2, 'the record is not a JSON object', '5'],
      [3, 'the record is not a JSON object', 'null'],
      [4, 'the record is not a JSON object', JSON.stringify([EXAMPLE])],
    ]);
  });

  it('keeps the good lines around one that is no JSON', () => {
    const one = JSON.stringify(EXAMPLE);
    const { logs, faults } = read(`${one}\n{"service": oops}\n${one}`);
    expect(logs).toHaveLength(2);
    expect(faults).toMatchObject([{ index: 1, reason: 'the line is not JSON' }]);
    expect(faults[0]?.bytes.toString('utf8')).toBe('{"service": oops}');
  });

  it('holds records against the limits', () => {
    const bytes = Buffer.from(JSON.stringify([EXAMPLE, { ...EXAMPLE, message: 'm'.repeat(39) }]));
    const result = readJsonRecords(bytes, { ...DEFAULT_RECORD_LIMITS, messageBytes: 38 });
    expect(result).toMatchObject({ faults: [{ index: 1, reason: expect.stringMatching(/^message has 39 bytes/) }] });
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['text', Buffer.from('hello there\ngeneral')],
    ['a cut object', Buffer.from('{"service":"s"')],
    ['a cut array', Buffer.from('[{"service":"s"},')],
    ['numbers among text', Buffer.from('1\n2\nthree')],
  ])('calls %s unreadable', (_, bytes) => {
    expect(readJsonRecords(bytes).kind).toBe('unreadable');
  });

  it('answers any JSON and any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 30 }), fc.object(), (json, noise, object) => {
        readJsonRecords(Buffer.from(json));
        readJsonRecords(Buffer.from(noise));
        readJsonRecords(Buffer.from(JSON.stringify({ ...EXAMPLE, ...object, attributes: object })));
      }),
    );
  });
});
