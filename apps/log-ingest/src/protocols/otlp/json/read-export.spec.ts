import { indexExport } from '../export-index.js';
import { readJsonExport } from './read-export.js';

const records = (count: number) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(count - 1)}{}]}]}]}`;
const read = (text: string) => indexExport(readJsonExport('logs', Buffer.from(text))).records.length;

describe('A body of OTLP/JSON', () => {
  it('may be a request, an array of them, or one a line', () => {
    expect(read(records(2))).toBe(2);
    expect(read(`[${records(2)},${records(1)}]`)).toBe(3);
    expect(read(`\n${records(2)}\r\n\n${records(1)}`)).toBe(3);
    expect(read('')).toBe(0);
  });

  it('is refused by the line that is no JSON', () => {
    expect(() => read(`${records(1)}\n\n{"a"`)).toThrow('line 3 is not JSON');
  });

  it('is refused with more requests than a call may hold records, before they are read', () => {
    expect(() => read('{}\n'.repeat(200_001))).toThrow('requests: has more than 200000 entries');
    expect(() => read(`[${'{},'.repeat(200_000)}{}]`)).toThrow('requests: has more than 200000 entries');
    expect(read('{}\n'.repeat(200_000))).toBe(0);
  });

  it('is refused where its lists hold too much together, in one request or several', () => {
    expect(() => read(records(1_000_001))).toThrow('lists: have more than 1000000 elements together');
    expect(() => read(`${records(600_000)}\n${records(600_000)}`)).toThrow('lists: have more than 1000000 elements together');
  });
});
