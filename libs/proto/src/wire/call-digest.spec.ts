import fc from 'fast-check';
import { type Log, LogBatch } from '../generated/log.js';
import { callDigest } from './call-digest.js';
import { logOfJson } from '../json/log-of-json.js';

const record = (fields: object): Log => {
  const log = logOfJson({ traceId: 't', spanId: 's', service: 'svc', ...fields });
  if (typeof log === 'string') throw new Error(log);
  return log;
};
const bytesOf = (logs: readonly Log[]) => Buffer.from(LogBatch.encode({ logs: [...logs], spans: [], batchId: 'b' }).finish());
const withAttributes = (entries: readonly (readonly [string, string])[]) => ({
  ...record({}),
  attributes: Object.fromEntries(entries),
});

/** Keys that Object keeps in the order given: none that looks like an index. */
const key = fc.string({ minLength: 1 }).filter((text) => !/^\d+$/.test(text) && text !== '__proto__');
const entries = fc.uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name, minLength: 1, maxLength: 8 });

describe('The digest of a call', () => {
  it('is the same whatever the order of the attributes', () => {
    const shuffled = entries.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(fc.array(shuffled, { minLength: 1, maxLength: 4 }), (records) => {
        const sent = bytesOf(records.map(([list]) => withAttributes(list)));
        const again = bytesOf(records.map(([, list]) => withAttributes(list)));
        expect(callDigest(again, 4)).toBe(callDigest(sent, 4));
      }),
    );
  });

  it('differs where any byte outside of that order does', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.string({ minLength: 1 }), (list, at, more) => {
        const changed = list.map(([name, value], i) => [name, i === at % list.length ? value + more : value] as const);
        expect(callDigest(bytesOf([withAttributes(changed)]), 4)).not.toBe(callDigest(bytesOf([withAttributes(list)]), 4));
      }),
    );
    const one = bytesOf([record({ message: 'a' }), record({ message: 'b' })]);
    expect(callDigest(bytesOf([record({ message: 'b' }), record({ message: 'a' })]), 4)).not.toBe(callDigest(one, 4));
    expect(callDigest(bytesOf([record({ message: 'a' })]), 4)).not.toBe(callDigest(one, 4));
  });

  it('tells attributes of one record from those of its neighbour', () => {
    const a = withAttributes([['k', '1']]);
    const b = withAttributes([['k', '2']]);
    expect(callDigest(bytesOf([a, b]), 4)).not.toBe(callDigest(bytesOf([b, a]), 4));
  });

  it('differs for another number of partitions, because the slices do', () => {
    const body = bytesOf([record({})]);
    expect(callDigest(body, 4)).not.toBe(callDigest(body, 5));
    expect(callDigest(body, 4)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('has room for records that are nothing but small attributes', () => {
    const tiny = { ...record({}), traceId: '', spanId: '', service: '', attributes: { '': '' } };
    const body = bytesOf(Array.from({ length: 20_000 }, () => tiny));
    expect(callDigest(body, 1)).toBe(callDigest(Buffer.from(body), 1));
  });
});
