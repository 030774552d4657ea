/** What one record carries, from SendLog to GetLogsByTraceId (contract sections 1 and 2). */
import fc from 'fast-check';
import type { Log, QueryLog } from '#proto';
import type { ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

describe('a record', () => {
  const bed = useTestBed();
  let client: ContractClient;

  beforeAll(async () => {
    client = bed.client((await bed.allInOne()).grpc).as('fields');
  });

  /** Sends the record under a new trace id and returns what is stored of it. */
  async function roundTrip(fields: Partial<Log>): Promise<QueryLog> {
    const traceId = unique('trace');
    expect(await client.sendLog(valid({ ...fields, traceId }))).toEqual({ status: 'ok' });
    const { logs } = await client.getLogsByTraceId({ traceId });
    expect(logs).toHaveLength(1);
    const [stored] = logs;
    if (stored === undefined) throw new Error('nothing is stored');
    return stored;
  }

  it('comes back with every field that was sent', async () => {
    const sent = {
      parentId: 'span-0',
      spanId: 'span-1',
      service: 'auth-service',
      message: 'Füße, 漢字, 🚀,\ttabs,\nlines, "quotes", \\ and a zero-width\u200bspace',
      level: LogLevel.WARN,
      timestamp: '2025-04-16T16:30:00.123456789+02:00',
      attributes: { user: 'alice', 'ключ 🔑': 'значение', '': 'an empty key', empty: '' },
      id: unique('id'),
      attributesJson: '{"count":3,"ratio":1.5,"ok":true,"none":null,"nested":{"list":[1,"two",[]]}}',
      resourceJson: '{"host.name":"h1","process.pid":42}',
      scope: 'orders.payment',
      event: 'login.failed',
      severityNumber: 14,
      severityText: 'Warning2',
      observedTimestamp: '2025-04-16T14:30:01.5Z',
      traceFlags: 1,
    };
    const stored = await roundTrip(sent);
    expect(stored).toMatchObject({
      parentId: sent.parentId,
      spanId: sent.spanId,
      service: sent.service,
      message: sent.message,
      level: 'warn',
      timestamp: '2025-04-16T14:30:00.123456789Z',
      attributes: sent.attributes,
      scope: sent.scope,
      event: sent.event,
      severityNumber: 14,
      severityText: sent.severityText,
      traceFlags: 1,
      idempotencyKey: sent.id,
    });
    expect(JSON.parse(stored.attributesJson)).toEqual(JSON.parse(sent.attributesJson));
    expect(JSON.parse(stored.resourceJson)).toEqual(JSON.parse(sent.resourceJson));
    expect(Date.parse(stored.observedTimestamp)).toBe(Date.parse(sent.observedTimestamp));
    expect(stored.id).not.toBe('');
  });

  it('needs no more than a trace, a span and a service', async () => {
    expect(await roundTrip({ message: '' })).toMatchObject({
      parentId: '',
      message: '',
      level: 'info',
      attributes: {},
      attributesJson: '',
      resourceJson: '',
      scope: '',
      event: '',
      severityText: '',
      observedTimestamp: '',
      traceFlags: 0,
      idempotencyKey: '',
    });
  });

  describe('level', () => {
    it.each([
      [LogLevel.LOG_LEVEL_INFO, 'info', 9],
      [LogLevel.DEBUG, 'debug', 5],
      [LogLevel.WARN, 'warn', 13],
      [LogLevel.ERROR, 'error', 17],
      [LogLevel.FATAL, 'fatal', 21],
      [LogLevel.TRACE, 'trace', 1],
    ])('%i is answered as %s, severity number %i', async (level, name, severityNumber) => {
      expect(await roundTrip({ level })).toMatchObject({ level: name, severityNumber });
    });

    it.each([6, 99, -1])('%i is refused by its name', async (level) => {
      const outcome = await outcomeOf(client.sendLog(valid({ level: level as LogLevel })));
      expect(outcome).toMatchObject({ status: 'INVALID_ARGUMENT', details: expect.stringContaining('level'), fields: ['level'] });
    });

    it('is refined by a severity number within 1 and 24', async () => {
      expect(await roundTrip({ level: LogLevel.ERROR, severityNumber: 18 })).toMatchObject({
        level: 'error',
        severityNumber: 18,
      });
      expect(await outcomeOf(client.sendLog(valid({ severityNumber: 25 })))).toMatchObject({
        status: 'INVALID_ARGUMENT',
        fields: ['severity_number'],
      });
    });
  });

  describe('timestamp', () => {
    it.each([
      ['2025-04-16T14:30:00Z', '2025-04-16T14:30:00Z'],
      ['2025-04-16T14:30:00.0Z', '2025-04-16T14:30:00Z'],
      ['2025-04-16T14:30:00.1Z', '2025-04-16T14:30:00.100Z'],
      ['2025-04-16T14:30:00.12Z', '2025-04-16T14:30:00.120Z'],
      ['2025-04-16T14:30:00.1234Z', '2025-04-16T14:30:00.123400Z'],
      ['2025-04-16T14:30:00.1234567Z', '2025-04-16T14:30:00.123456700Z'],
      ['2025-04-16T14:30:00.000000001Z', '2025-04-16T14:30:00.000000001Z'],
      ['2025-04-16T00:00:00+14:00', '2025-04-15T10:00:00Z'],
      ['2025-04-16t14:30:00z', '2025-04-16T14:30:00Z'],
      ['2025-04-16 14:30:00,5+0200', '2025-04-16T12:30:00.500Z'],
      ['2025-04-16T14:30:00', '2025-04-16T14:30:00Z'],
      ['2025-04-16', '2025-04-16T00:00:00Z'],
      ['2024-02-29T23:59:59-12:00', '2024-03-01T11:59:59Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
      ['1582-10-15T00:00:00.5Z', '1582-10-15T00:00:00.500Z'],
      ['1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
      ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999999999Z'],
    ])('%s is answered as %s', async (timestamp, answered) => {
      expect(await roundTrip({ timestamp })).toMatchObject({ timestamp: answered });
    });

    it('of any year, with any offset and 0 to 9 digits, is answered as the instant in UTC', async () => {
      const time = fc.record({
        // Two days inside the years 1-9999, so that no offset leads out of them.
        seconds: fc.integer({ min: -62_135_424_000, max: 253_402_128_000 }),
        digits: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 9 }),
        offsetMinutes: fc.integer({ min: -1439, max: 1439 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(time, { minLength: 1, maxLength: 100 }), async (times) => {
          const traceId = unique('trace');
          const logs = times.map((each, index) => valid({ traceId, spanId: String(index), timestamp: written(each) }));
          expect(await client.sendLogs({ logs })).toMatchObject({ status: 'ok', accepted: logs.length, rejections: [] });
          const stored = await client.getLogsByTraceId({ traceId });
          const answered = new Map(stored.logs.map((record) => [record.spanId, record.timestamp]));
          expect(times.map((_, index) => answered.get(String(index)))).toEqual(times.map(inUtc));
        }),
        { numRuns: 8 },
      );
    });

    it('that is empty is the time of receipt', async () => {
      const before = Date.now();
      const stored = await roundTrip({ timestamp: '' });
      for (const time of [Date.parse(stored.timestamp), Date.parse(stored.receivedAt)]) {
        expect(time).toBeGreaterThanOrEqual(before);
        expect(time).toBeLessThanOrEqual(Date.now());
      }
    });

    it.each([
      'yesterday',
      '2025-04',
      '2025-04-16T14:30',
      '2025-02-30T00:00:00Z',
      '2025-13-01T00:00:00Z',
      '2025-04-16T25:00:00Z',
      '2025-04-16T14:30:00.1234567890Z',
      '2025-04-16T14:30:00.Z',
      '2025-04-16T14:30:00+25:00',
      '2025-04-16T14:30:00Z and more',
      '0001-01-01T00:00:00+00:01',
      '9999-12-31T23:59:59-00:01',
      '10000-01-01T00:00:00Z',
      '1744813800',
    ])('%s is refused by its name', async (timestamp) => {
      expect(await outcomeOf(client.sendLog(valid({ timestamp })))).toMatchObject({
        status: 'INVALID_ARGUMENT',
        details: expect.stringContaining('timestamp'),
        fields: ['timestamp'],
      });
    });
  });

  describe('attributes', () => {
    it('of attributes_json are merged over those of attributes', async () => {
      const stored = await roundTrip({ attributes: { a: 'kept', b: 'replaced' }, attributesJson: '{"b":2,"c":"new"}' });
      expect(stored.attributes).toEqual({ a: 'kept', c: 'new' });
      expect(JSON.parse(stored.attributesJson)).toEqual({ b: 2 });
    });

    it('keep every digit of large numbers', async () => {
      const stored = await roundTrip({ attributesJson: '{"id":9007199254740993123,"fraction":0.12345678901234567890123}' });
      expect(stored.attributesJson).toContain('9007199254740993123');
      expect(stored.attributesJson).toContain('0.12345678901234567890123');
    });

    it.each([
      ['attributes_json', { attributesJson: '[1]' }],
      ['attributes_json', { attributesJson: '"text"' }],
      ['attributes_json', { attributesJson: '{"a":' }],
      ['attributes_json', { attributesJson: '{"a":1} {}' }],
      ['attributes_json', { attributesJson: "{'a':1}" }],
      ['attributes_json', { attributesJson: '{"a":NaN}' }],
      ['attributes_json', { attributesJson: '{"a":"\\u0000"}' }],
      ['attributes_json', { attributesJson: '{"a":"\\ud800"}' }],
      ['attributes_json', { attributesJson: '{"a":1e999999999}' }],
      ['attributes_json', { attributesJson: `{"a":${'['.repeat(100_000)}` }],
      ['resource_json', { resourceJson: '[]' }],
      ['resource_json', { resourceJson: 'null' }],
      ['resource_json', { resourceJson: '{"a":"\\u0000"}' }],
    ])('%s is refused where it is no JSON object that can be kept: %j', async (name, fields) => {
      expect(await outcomeOf(client.sendLog(valid(fields)))).toMatchObject({
        status: 'INVALID_ARGUMENT',
        details: expect.stringContaining(name),
        fields: [name],
      });
    });
  });
});

interface Time {
  readonly seconds: number;
  readonly digits: string;
  readonly offsetMinutes: number;
}

/** The instant as a clock with that offset shows it. */
function written({ seconds, digits, offsetMinutes }: Time): string {
  const clock = new Date((seconds + offsetMinutes * 60) * 1000).toISOString().slice(0, 19);
  const minutes = Math.abs(offsetMinutes);
  const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${clock}${digits === '' ? '' : `.${digits}`}${offset}`;
}

/** As protobuf-JSON prints a Timestamp: 0, 3, 6 or 9 digits. */
function inUtc({ seconds, digits }: Time): string {
  const nanos = digits.padEnd(9, '0');
  const kept = [0, 3, 6, 9].find((count) => /^0*$/.test(nanos.slice(count))) ?? 9;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${kept === 0 ? '' : `.${nanos.slice(0, kept)}`}Z`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
