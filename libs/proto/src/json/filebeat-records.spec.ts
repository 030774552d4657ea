import fc from 'fast-check';
import { LogBatch, LogLevel, type Log } from '../generated/log.js';
import { DEFAULT_RECORD_LIMITS } from '../wire/record-limits.js';
import { sliceBatch } from '../wire/slice-batch.js';
import { readFilebeatRecords, type JsonRecordFault } from './json-records.js';

function read(value: unknown): { logs: Log[]; faults: readonly JsonRecordFault[] } {
  const result = readFilebeatRecords(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  if (result.kind !== 'records') throw new Error(result.reason);
  return { logs: LogBatch.decode(result.value).logs, faults: result.faults };
}

const one = (event: unknown): Log | undefined => read(event).logs[0];
const attributesOf = (log: Log | undefined): unknown => JSON.parse(log?.attributesJson || '{}');

/** As Filebeat 8 writes an event of its filestream input by the codec json. */
const EVENT = {
  '@timestamp': '2024-01-02T03:04:05.678Z',
  '@metadata': { beat: 'filebeat', type: '_doc', version: '8.19.0' },
  log: { offset: 1234, file: { path: '/var/log/shop.log', inode: '77' } },
  message: 'payment failed',
  input: { type: 'filestream' },
  host: { name: 'web-1' },
  agent: { name: 'web-1', type: 'filebeat', version: '8.19.0', id: 'a', ephemeral_id: 'b' },
  ecs: { version: '8.0.0' },
};

describe('An event of Filebeat', () => {
  it('becomes a record with host, file and offset as attributes', () => {
    const log = one(EVENT);
    expect(log).toMatchObject({
      timestamp: '2024-01-02T03:04:05.678Z',
      message: 'payment failed',
      level: LogLevel.LOG_LEVEL_INFO,
      service: 'unknown_service',
      traceId: '',
    });
    const { '@timestamp': _time, message: _message, ...rest } = EVENT;
    expect(attributesOf(log)).toEqual(rest);
  });

  it('that was parsed as JSON of the Elastic Common Schema has its level, service and place in a trace', () => {
    const log = one({
      ...EVENT,
      'log.level': 'WARNING',
      'service.name': 'shop',
      trace: { id: 't' },
      transaction: { id: 'x' },
      span: { id: 's' },
      'parent.id': 'p',
    });
    expect(log).toMatchObject({
      level: LogLevel.WARN,
      severityText: 'WARNING',
      service: 'shop',
      traceId: 't',
      spanId: 's',
      parentId: 'p',
    });
    const attributes = attributesOf(log);
    expect(attributes).toMatchObject({ log: EVENT.log, transaction: { id: 'x' } });
    for (const name of ['log.level', 'trace', 'span', 'parent.id']) expect(attributes).not.toHaveProperty([name]);
  });

  it.each([
    [{ fields: { service: 'a' } }, 'a'],
    [{ service: { name: 'b' }, container: { name: 'c' } }, 'b'],
    [{ kubernetes: { container: { name: 'd' } } }, 'd'],
    [{ container: { name: 'e' } }, 'e'],
    [{ service: 'no object' }, 'unknown_service'],
  ])('%j is of the service %s', (fields, service) => {
    expect(one({ ...EVENT, ...fields })).toMatchObject({ service });
  });

  it('keeps a level that nobody knows as text', () => {
    expect(one({ ...EVENT, log: { level: 'audit' } })).toMatchObject({ level: LogLevel.LOG_LEVEL_INFO, severityText: 'audit' });
  });

  it('may come with others, and bad ones are told one by one', () => {
    const bad = { ...EVENT, '@timestamp': 'noon' };
    const { logs, faults } = read([EVENT, bad, 5, EVENT].map((event) => JSON.stringify(event)).join('\n'));
    expect(logs).toHaveLength(2);
    expect(faults).toMatchObject([
      { index: 1, reason: expect.stringContaining('timestamp') },
      { index: 2, reason: 'the event is not a JSON object' },
    ]);
    expect(readFilebeatRecords(Buffer.from('no JSON')).kind).toBe('unreadable');
  });

  it('of whatever JSON is a record that can be stored, or a fault', () => {
    const names = fc.constantFrom(
      '@timestamp',
      'message',
      'log',
      'log.level',
      'service',
      'trace',
      'span.id',
      'fields',
      '__proto__',
    );
    const event = fc.oneof(fc.dictionary(names, fc.jsonValue()), fc.jsonValue());
    fc.assert(
      fc.property(event, (value) => {
        const result = readFilebeatRecords(Buffer.from(JSON.stringify(value)));
        if (result.kind !== 'records') return;
        const options = { partitions: 1, limits: DEFAULT_RECORD_LIMITS, requireTrace: false, sliceBytes: 1 << 20 };
        expect(sliceBatch(result.value, options)).toMatchObject({ kind: 'sliced', rejected: [] });
      }),
    );
  });
});
