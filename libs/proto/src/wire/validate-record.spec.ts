import fc from 'fast-check';
import { arbitraryText, lengthField, logBytes, varint } from '../conformance/arbitrary-log.js';
import type { Log } from '../generated/log.js';
import { WireCursor } from './cursor.js';
import type { RecordFault } from './field-faults.js';
import { LogFields } from './log-fields.js';
import { readLog } from './read-log.js';
import { DEFAULT_RECORD_LIMITS, type RecordLimits } from './record-limits.js';
import { recordFault } from './validate-record.js';

const GOOD = { traceId: 't', spanId: 's', service: 'shop' };
const SMALL: RecordLimits = {
  idBytes: 8,
  messageBytes: 16,
  attributes: 3,
  attributeKeyBytes: 5,
  attributeValueBytes: 7,
  attributesBytes: 30,
  callBytes: 1000,
};

function faultOf(bytes: Uint8Array, limits = DEFAULT_RECORD_LIMITS, required = true): RecordFault | null {
  const cursor = new WireCursor();
  const fields = new LogFields();
  cursor.open(bytes, 0, bytes.length);
  readLog(cursor, fields);
  expect(cursor.fault).toBeNull();
  return recordFault(bytes, fields, limits, required);
}

function faultOfLog(log: Partial<Log>, limits?: RecordLimits, required?: boolean): RecordFault | null {
  return faultOf(logBytes({ ...GOOD, ...log }), limits, required);
}

const TEXT_FIELDS = [
  ['trace_id', 'traceId', 1],
  ['parent_id', 'parentId', 2],
  ['span_id', 'spanId', 3],
  ['service', 'service', 4],
  ['message', 'message', 5],
  ['id', 'id', 9],
  ['scope', 'scope', 12],
  ['event', 'event', 13],
  ['severity_text', 'severityText', 15],
] as const;

describe('recordFault', () => {
  it('takes the contract example', () => {
    const example = {
      traceId: 'abc123',
      spanId: 'span456',
      parentId: 'span123',
      service: 'auth-service',
      level: 3,
      message: 'User login failed: invalid credentials',
      timestamp: '2025-04-16T14:30:00Z',
    };
    expect(faultOfLog(example)).toBeNull();
  });

  it('judges each resource by itself, whichever was judged before it', () => {
    const long = '{"a":"a long value"}';
    const good = ['', '{"a":1}', '{"b":2}'];
    const judged = fc.record({
      resourceJson: fc.constantFrom(...good, '{"a":1]', '{"a":1', long),
      limits: fc.constantFrom(SMALL, DEFAULT_RECORD_LIMITS),
    });
    fc.assert(
      fc.property(fc.array(judged, { minLength: 2 }), (records) => {
        for (const { resourceJson, limits } of records) {
          const isGood = good.includes(resourceJson) || (resourceJson === long && limits !== SMALL);
          expect(faultOfLog({ resourceJson }, limits) === null).toBe(isGood);
        }
      }),
    );
  });

  it.each(['trace_id', 'span_id', 'service'] as const)('names %s where it is missing', (field) => {
    const name = { trace_id: 'traceId', span_id: 'spanId', service: 'service' }[field];
    expect(faultOfLog({ [name]: '' })).toMatchObject({ kind: 'invalid', field, reason: expect.stringContaining('is required') });
  });

  it('asks for a service only where trace and span may be missing', () => {
    expect(faultOfLog({ traceId: '', spanId: '' }, undefined, false)).toBeNull();
    expect(faultOfLog({ traceId: '', spanId: '', service: '' }, undefined, false)).toMatchObject({ field: 'service' });
  });

  it.each(TEXT_FIELDS)('names %s where it is too long by one byte, holds U+0000 or is not UTF-8', (field, name, number) => {
    const limit = field === 'message' ? SMALL.messageBytes : SMALL.idBytes;
    expect(faultOfLog({ [name]: 'x'.repeat(limit) }, SMALL)).toBeNull();
    expect(faultOfLog({ [name]: 'x'.repeat(limit + 1) }, SMALL)).toMatchObject({ kind: 'too-large', field });
    expect(faultOfLog({ [name]: 'ä'.repeat(limit / 2) }, SMALL)).toBeNull();
    expect(faultOfLog({ [name]: 'a\0b' })).toMatchObject({ kind: 'invalid', field, reason: expect.stringContaining('U+0000') });
    const good = logBytes({ ...GOOD, [name]: '' });
    const bad = Buffer.from([...good, ...lengthField(number, [0x61, 0xff])]);
    expect(faultOf(bad)).toMatchObject({ kind: 'invalid', field, reason: expect.stringContaining('UTF-8') });
  });

  it.each([
    ['timestamp', 'timestamp'],
    ['observed_timestamp', 'observedTimestamp'],
  ])('names %s where it is no time stamp', (field, name) => {
    expect(faultOfLog({ [name]: '2025-04-16T14:30:00.123456789+02:00' })).toBeNull();
    for (const text of ['yesterday', '2025-02-30T00:00:00Z', '\0', '2025-04-16T14:30:00Z '.repeat(9)]) {
      const fault = faultOfLog({ [name]: text });
      expect(fault).toMatchObject({ kind: 'invalid', field });
      expect(fault?.reason).not.toMatch(/^timestamp/);
    }
  });

  it('takes the six levels and names level for every other number', () => {
    for (let level = 0; level <= 5; level++) expect(faultOfLog({ level })).toBeNull();
    for (const level of [6, 99, -1, -(2 ** 31), 2 ** 31 - 1]) {
      expect(faultOfLog({ level })).toMatchObject({
        kind: 'invalid',
        field: 'level',
        reason: expect.stringContaining(`${level} `),
      });
    }
    const unknownLevel: number = 6;
    expect(faultOfLog({ level: unknownLevel, severityNumber: 9 })).toMatchObject({ field: 'level' });
  });

  it('takes severity numbers 0 to 24', () => {
    for (const severityNumber of [0, 1, 24]) expect(faultOfLog({ severityNumber })).toBeNull();
    for (const severityNumber of [25, 2 ** 32 - 1]) {
      expect(faultOfLog({ severityNumber })).toMatchObject({ kind: 'invalid', field: 'severity_number' });
    }
  });

  it('takes any attributes that PostgreSQL can hold and names the one that it can not', () => {
    const text = arbitraryText.filter((some) => !some.includes('\0'));
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }), (attributes) => {
        expect(faultOfLog({ attributes })).toBeNull();
      }),
    );
    expect(faultOfLog({ attributes: { fine: 'x', bad: 'a\0' } })).toMatchObject({ kind: 'invalid', field: 'attributes["bad"]' });
    expect(faultOfLog({ attributes: { 'a\0': 'x' } })).toMatchObject({ kind: 'invalid', field: 'attributes (a key)' });
    const good = logBytes(GOOD);
    const badValue = lengthField(8, [...lengthField(1, [0x6b]), ...lengthField(2, [0xff])]);
    expect(faultOf(Buffer.from([...good, ...badValue]))).toMatchObject({ kind: 'invalid', field: 'attributes["k"]' });
    const badKey = lengthField(8, [...lengthField(1, [0xff])]);
    expect(faultOf(Buffer.from([...good, ...badKey]))).toMatchObject({ kind: 'invalid', field: 'attributes (a key)' });
  });

  it('holds attributes against each limit, to the byte', () => {
    expect(faultOfLog({ attributes: { abcde: '1234567' } }, SMALL)).toBeNull();
    expect(faultOfLog({ attributes: { abcdef: '' } }, SMALL)).toMatchObject({ kind: 'too-large', field: 'attributes (a key)' });
    expect(faultOfLog({ attributes: { a: '12345678' } }, SMALL)).toMatchObject({ kind: 'too-large', field: 'attributes["a"]' });
    expect(faultOfLog({ attributes: { a: '', b: '', c: '' } }, SMALL)).toBeNull();
    expect(faultOfLog({ attributes: { a: '', b: '', c: '', d: '' } }, SMALL)).toMatchObject({
      kind: 'too-large',
      field: 'attributes',
    });
    expect(faultOfLog({ attributes: { abc: '1234567', def: '1234567', ghi: '1234567' } }, SMALL)).toBeNull();
    expect(faultOfLog({ attributes: { abcd: '1234567', def: '1234567', ghi: '1234567' } }, SMALL)).toMatchObject({
      kind: 'too-large',
      field: 'attributes',
    });
  });

  it.each([
    ['attributes_json', 'attributesJson'],
    ['resource_json', 'resourceJson'],
  ])('names %s where it is no JSON object that can be stored', (field, name) => {
    for (const text of ['{}', ' { "a" : [1, {"b": null}] } ', '{"n":12345678901234567890}', '{"":""}']) {
      expect(faultOfLog({ [name]: text })).toBeNull();
    }
    const faults = ['[]', '12', '"x"', 'null', '{', '{"a":1}x', '{a:1}', ' ', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"a":"\0"}'];
    for (const text of [...faults, `{"a":${'['.repeat(64)}${']'.repeat(64)}}`, '{"a":1e99999}']) {
      expect(faultOfLog({ [name]: text })).toMatchObject({ kind: 'invalid', field });
    }
  });

  it.each([
    ['attributes_json', 'attributesJson'],
    ['resource_json', 'resourceJson'],
  ])('holds %s against each limit', (field, name) => {
    expect(faultOfLog({ [name]: '{"abcde":"1234567"}' }, SMALL)).toBeNull();
    expect(faultOfLog({ [name]: '{"abcdef":1}' }, SMALL)).toMatchObject({ kind: 'too-large', field: `${field} (a key)` });
    expect(faultOfLog({ [name]: '{"a":"12345678"}' }, SMALL)).toMatchObject({ kind: 'too-large', field: `${field}["a"]` });
    expect(faultOfLog({ [name]: '{"a":[1,2,3,4]}' }, SMALL)).toMatchObject({ kind: 'too-large', field: `${field}["a"]` });
    expect(faultOfLog({ [name]: '{"a":1,"b":2,"c":3}' }, SMALL)).toBeNull();
    expect(faultOfLog({ [name]: '{"a":1,"b":2,"c":3,"d":4}' }, SMALL)).toMatchObject({ kind: 'too-large', field });
    expect(faultOfLog({ [name]: `{"a":1}${' '.repeat(23)}` }, SMALL)).toBeNull();
    expect(faultOfLog({ [name]: `{"a":1}${' '.repeat(24)}` }, SMALL)).toMatchObject({ kind: 'too-large', field });
  });

  it('counts attributes and attributes_json together', () => {
    const attributes = { a: '', b: '' };
    expect(faultOfLog({ attributes, attributesJson: '{"c":1}' }, SMALL)).toBeNull();
    expect(faultOfLog({ attributes, attributesJson: '{"c":1,"d":2}' }, SMALL)).toMatchObject({ field: 'attributes_json' });
    const long = { a: '1234567', b: '1234567' };
    expect(faultOfLog({ attributes: long, attributesJson: '{"c":"123456"}' }, SMALL)).toBeNull();
    expect(faultOfLog({ attributes: long, attributesJson: '{"c":"1234567"}' }, SMALL)).toMatchObject({ field: 'attributes' });
  });

  it('takes trace_flags of any value', () => {
    const good = logBytes(GOOD);
    expect(faultOf(Buffer.from([...good, ...varint(17 * 8), ...varint(2n ** 64n - 1n)]))).toBeNull();
  });
});
