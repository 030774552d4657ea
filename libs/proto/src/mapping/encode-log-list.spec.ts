import fc from 'fast-check';
import { RecordView, type LogRecord } from '#domain';
import { LogList } from '../generated/query.js';
import { encodeLogList } from './encode-log-list.js';
import { logToWire } from './log-to-wire.js';

const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Dense in what JSON has to escape. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0001', ',', ':', '}', 'a', 'ä', '😀') }),
  fc.constantFrom('', '__proto__', 'x'.repeat(127), 'x'.repeat(128), 'ä'.repeat(9_000), 'x'.repeat(70_000)),
);
const instant = fc.record({
  seconds: fc.oneof(fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }), fc.constantFrom(FIRST_SECOND, LAST_SECOND, 0, -1)),
  nanos: fc.oneof(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 1, 999, 1_000, 5_000_000, 120_000_000, 999_999_999)),
});
const object = fc.dictionary(text, fc.oneof(text, text, fc.jsonValue({ maxDepth: 3 })), { maxKeys: 5, noNullPrototype: true });
/** As PostgreSQL prints a jsonb, and as others may. */
const json = fc.oneof(
  fc.constant(''),
  fc.tuple(object, fc.constantFrom(print, JSON.stringify, spaced)).map(([o, how]) => how(o)),
);
const extra = fc.record(
  { id: text, scope: text, event: text, severityText: text, observedTimestamp: text, traceFlags: fc.nat({ max: 0xffffffff }) },
  { requiredKeys: [] },
);

const arbitraryRecord: fc.Arbitrary<LogRecord> = fc.record({
  id: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  traceId: text,
  parentId: text,
  spanId: text,
  service: text,
  message: text,
  severity: fc.integer({ min: 0, max: 30 }),
  time: instant,
  attributes: json,
  resource: json,
  extra,
  receivedAt: instant,
});

function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${print(member)}`);
  return `{${members.join(', ')}}`;
}

function spaced(value: unknown): string {
  return ` ${JSON.stringify(value, null, '\t')}\r\n`;
}

const TEXTS = ['traceId', 'parentId', 'spanId', 'service', 'message', 'attributes', 'resource', 'extra'] as const;

/** The record as a store shows it, its fields one after the other behind some bytes that are no part of it. */
function show(record: LogRecord, view: RecordView): void {
  const chunks = [Buffer.from('"}'), Buffer.from(record.id, 'hex')];
  let at = 18;
  for (const name of TEXTS) {
    const content = Buffer.from(name === 'extra' ? extraText(record) : record[name]);
    view[`${name}Start`] = at;
    view[`${name}End`] = at += content.length;
    chunks.push(content);
  }
  view.bytes = Buffer.concat(chunks);
  view.idStart = 2;
  view.severity = record.severity;
  Object.assign(view.time, record.time);
  Object.assign(view.receivedAt, record.receivedAt);
}

function extraText({ extra }: LogRecord): string {
  return Object.keys(extra).length === 0 ? '' : JSON.stringify(extra);
}

/** Like a store's page: one view for all records. */
function pageOf(records: readonly LogRecord[], more: boolean) {
  return {
    more,
    forEach: (take: (view: RecordView) => void) => {
      const view = new RecordView();
      for (const record of records) {
        show(record, view);
        take(view);
      }
    },
  };
}

/** Maps with a prototype and without are the same to us. */
function plain({ logs, nextPageToken }: LogList) {
  return { nextPageToken, logs: logs.map((log) => ({ ...log, attributes: Object.entries(log.attributes).sort() })) };
}

const EMPTY = LogList.decode(new Uint8Array(0));

describe('encodeLogList', () => {
  it('writes what logToWire and the generated codec give, whatever the record', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 6 }), fc.boolean(), (records, more) => {
        const bytes = encodeLogList(pageOf(records, more), (last) => `after ${last.id}`);
        const nextPageToken = more && records.length > 0 ? `after ${records.at(-1)?.id}` : '';
        const expected = LogList.encode({ ...EMPTY, logs: records.map(logToWire), nextPageToken }).finish();
        expect(plain(LogList.decode(bytes))).toEqual(plain(LogList.decode(expected)));
        // The generated decoder loses the key __proto__; fields that both leave out or have make equal lengths.
        expect(bytes).toHaveLength(expected.length);
      }),
      { numRuns: 1_500 },
    );
  }, 120_000);

  it('gives no bytes for an empty list', () => {
    expect(encodeLogList(pageOf([], false), () => 'never asked')).toHaveLength(0);
  });

  it('gives bytes of its own, which the next list leaves alone', () => {
    fc.assert(
      fc.property(arbitraryRecord, arbitraryRecord, (one, other) => {
        const first = encodeLogList(pageOf([one], false), () => '');
        const copy = Buffer.from(first);
        encodeLogList(pageOf([other], false), () => '');
        expect(first.equals(copy)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('starts anew after a record that it could not write', () => {
    const [good, bad] = fc.sample(arbitraryRecord, 2) as [LogRecord, LogRecord];
    const written = encodeLogList(pageOf([good], false), () => '');
    const beyond = { ...bad, attributes: '', time: { seconds: LAST_SECOND + 1, nanos: 0 } };
    expect(() => encodeLogList(pageOf([good, beyond], false), () => '')).toThrow(RangeError);
    expect(encodeLogList(pageOf([good], false), () => '').equals(written)).toBe(true);
  });

  it('refuses attributes that are not a JSON object, and ends on any bytes', () => {
    const [record] = fc.sample(arbitraryRecord, 1) as [LogRecord];
    for (const attributes of [
      'x',
      '[]',
      '{',
      '{"a"',
      '{"a":',
      '{"a": 1',
      '{"a": "',
      '{"a": {"b": 1}',
      '{"a" 1}',
      '{"a": }',
      '{"a": 1 "b"',
    ]) {
      expect(() => encodeLogList(pageOf([{ ...record, attributes }], false), () => '')).toThrow(SyntaxError);
    }
    const pieces = fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', ' ', '1', 'a', 'ä');
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 15 }), (some) => {
        try {
          LogList.decode(encodeLogList(pageOf([{ ...record, attributes: `{${some.join('')}` }], false), () => ''));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
