import { type ForeignDecoder, readMessage } from './read-message.js';
import type { KafkaRecord } from './protocol/record-batch.js';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const PLACE = { topic: 'logs.raw', partition: 0, now: NOW };
const asIs: ForeignDecoder = (value) => ({ value, faults: [] });

function recordOf(headers: Readonly<Record<string, string>>, value: string | null = 'value', timestamp = NOW): KafkaRecord {
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const);
  return { offset: 7n, timestamp, key: null, value: value === null ? null : Buffer.from(value), headers: new Map(bytes) };
}

describe('reading a message', () => {
  it('takes a foreign message as received when it says, from seven days ago to an hour ahead, else now', () => {
    const receivedAt = (timestamp: number): number | undefined =>
      readMessage(recordOf({}, '{}', timestamp), { ...PLACE, decodeForeign: asIs }).slice?.receivedAt;
    expect(receivedAt(NOW - 7 * 24 * HOUR)).toBe(NOW - 7 * 24 * HOUR);
    expect(receivedAt(NOW - 7 * 24 * HOUR - 1)).toBe(NOW);
    expect(receivedAt(NOW + HOUR)).toBe(NOW + HOUR);
    expect(receivedAt(NOW + HOUR + 1)).toBe(NOW);
    expect(receivedAt(-1)).toBe(NOW);
  });

  it('keeps no slice of a foreign message without a readable record', () => {
    const faults = [{ index: 0, reason: 'service is missing', bytes: Buffer.from('{}') }];
    const read = readMessage(recordOf({}), { ...PLACE, partition: 3, decodeForeign: () => ({ value: Buffer.alloc(0), faults }) });
    expect(read.slice).toBeNull();
    expect(read.letters).toEqual([{ tenant: 'default', topic: 'logs.raw', partition: 3, offset: 7n, ...faults[0] }]);
  });

  it('makes a dead letter of a value on which the decoder throws', () => {
    const read = readMessage(recordOf({}), {
      ...PLACE,
      decodeForeign: () => {
        throw new Error('stack overflow');
      },
    });
    expect(read.slice).toBeNull();
    expect(read.letters).toEqual([expect.objectContaining({ index: -1, reason: "the value can't be decoded: stack overflow" })]);
  });

  it('goes by the decoder in a foreign topic, whatever the headers say', () => {
    const record = recordOf({ format: 'json', 'content-type': 'text/plain', tenant: 'shop' });
    expect(readMessage(record, { ...PLACE, decodeForeign: asIs }).letters).toHaveLength(1);
    expect(readMessage(record, { ...PLACE, decodeForeign: asIs, isForeign: true })).toMatchObject({
      slice: { tenant: 'shop', value: Buffer.from('value') },
      letters: [],
    });
  });

  it('does not put a foreign message with an impossible tenant under the default one', () => {
    const read = readMessage(recordOf({ tenant: 'a/b' }), { ...PLACE, decodeForeign: asIs });
    expect(read.slice).toBeNull();
    expect(read.letters[0]?.reason).toContain('header tenant must be');
  });

  it.each([
    [{ slice: '2', slices: '2' }, 'there are 2 slices only'],
    [{ slice: '0' }, 'header slices is missing'],
    [{ slice: '-1', slices: '2' }, 'header slice must be a whole number'],
  ])('refuses a retry key with %o', (part, reason) => {
    const own = { format: '1', tenant: 'default', 'received-at': '1', 'batch-key': 'b', digest: 'ab'.repeat(16), ...part };
    const read = readMessage(recordOf(own), { ...PLACE, decodeForeign: asIs });
    expect(read.letters[0]?.reason).toContain(reason);
  });
});
