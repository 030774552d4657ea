import type { LogRecord } from '#domain';
import { Log as QueryLog } from '../generated/query.js';
import { logToWire } from './log-to-wire.js';

const RECORD: LogRecord = {
  id: '0'.repeat(31) + '1',
  traceId: 'abc123',
  parentId: 'span123',
  spanId: 'span456',
  service: 'auth-service',
  message: 'User login failed: invalid credentials',
  severity: 17,
  time: { seconds: 1_744_813_800, nanos: 0 },
  attributes: '',
  resource: '',
  extra: {},
  receivedAt: { seconds: 1_744_813_801, nanos: 5_000_000 },
};

describe('logToWire', () => {
  it('answers the contract example: level in lower case, the instant in UTC', () => {
    expect(logToWire(RECORD)).toEqual({
      ...QueryLog.decode(new Uint8Array(0)),
      id: RECORD.id,
      traceId: 'abc123',
      parentId: 'span123',
      spanId: 'span456',
      service: 'auth-service',
      message: 'User login failed: invalid credentials',
      level: 'error',
      severityNumber: 17,
      timestamp: '2025-04-16T14:30:00Z',
      receivedAt: '2025-04-16T14:30:01.005Z',
    });
  });

  it('tells string attributes from others and keeps every digit of a number', () => {
    const wire = logToWire({ ...RECORD, attributes: '{"a": "x", "n": 12345678901234567890, "b": [1, "y"], "__proto__": "z"}' });
    expect(Object.entries(wire.attributes)).toEqual([
      ['a', 'x'],
      ['__proto__', 'z'],
    ]);
    expect(wire.attributesJson).toBe('{"n": 12345678901234567890, "b": [1, "y"]}');
    expect(logToWire({ ...RECORD, attributes: '{"a": "x"}' }).attributesJson).toBe('');
  });

  it('gives back what richer sources sent', () => {
    const extra = { id: 'key', scope: 'http', event: 'e', severityText: 'ERR', observedTimestamp: 'o', traceFlags: 1 };
    expect(logToWire({ ...RECORD, extra, resource: '{"host": "h"}' })).toMatchObject({
      idempotencyKey: 'key',
      scope: 'http',
      event: 'e',
      severityText: 'ERR',
      observedTimestamp: 'o',
      traceFlags: 1,
      resourceJson: '{"host": "h"}',
    });
  });

  it('makes messages that the generated codec carries unchanged', () => {
    const wire = logToWire({ ...RECORD, attributes: '{"a": "x", "n": 1}', extra: { traceFlags: 1 } });
    const carried = QueryLog.decode(QueryLog.encode(wire).finish());
    expect({ ...carried, attributes: { ...carried.attributes } }).toEqual({ ...wire, attributes: { ...wire.attributes } });
  });
});
