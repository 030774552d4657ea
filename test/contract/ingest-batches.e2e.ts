/** SendLogs: partial acceptance, keyed retries, large batches (contract section 1). */
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { type LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

describe('a batch', () => {
  const bed = useTestBed();
  let everyone: ContractClient;
  let client: ContractClient;

  beforeAll(async () => {
    everyone = bed.client((await bed.allInOne()).grpc);
  });

  beforeEach(() => {
    client = everyone.as(unique('batch'));
  });

  const messages = async (of = client) => (await allLogs(of)).map((record) => record.message).sort();

  it('that is good is accepted whole', async () => {
    expect(await client.sendLogs({ batchId: 'b1', logs: [valid({ message: 'a' }), valid({ message: 'b' })] })).toEqual({
      status: 'ok',
      accepted: 2,
      rejected: 0,
      rejections: [],
      duplicate: false,
      batchId: 'b1',
    });
    expect(await messages()).toEqual(['a', 'b']);
  });

  it('without records is accepted', async () => {
    expect(await client.sendLogs({ logs: [] })).toMatchObject({ status: 'ok', accepted: 0, rejected: 0 });
  });

  it('keeps its good records and names what is wrong with each of the others', async () => {
    const ack = await client.sendLogs({
      logs: [
        valid({ message: 'first' }),
        valid({ message: 'no service', service: '' }),
        valid({ message: 'second' }),
        valid({ message: 'no such level', level: 77 as LogLevel }),
        valid({ message: 'too long', traceId: 't'.repeat(257) }),
        valid({ message: 'no\0text' }),
        valid({ message: 'third' }),
      ],
    });
    expect(ack).toMatchObject({ status: 'partial', accepted: 3, rejected: 4 });
    expect(ack.rejections.map(({ index, field }) => ({ index, field }))).toEqual([
      { index: 1, field: 'service' },
      { index: 3, field: 'level' },
      { index: 4, field: 'trace_id' },
      { index: 5, field: 'message' },
    ]);
    for (const { reason } of ack.rejections) expect(reason).not.toBe('');
    expect(await messages()).toEqual(['first', 'second', 'third']);
  });

  it('of bad records only stores nothing', async () => {
    const ack = await client.sendLogs({ logs: [valid({ spanId: '' }), valid({ traceId: '' })] });
    expect(ack).toMatchObject({ accepted: 0, rejected: 2 });
    expect(ack.status).not.toBe('ok');
    expect(await messages()).toEqual([]);
  });

  it('sent again with the same batch_id is stored once and said to be a duplicate', async () => {
    const batch = {
      batchId: 'retry',
      logs: [valid({ message: 'a' }), valid({ message: 'b', service: '' }), valid({ message: 'c' })],
    };
    expect(await client.sendLogs(batch)).toMatchObject({ accepted: 2, rejected: 1, duplicate: false, batchId: 'retry' });
    expect(await client.sendLogs(batch)).toMatchObject({ accepted: 2, rejected: 1, duplicate: true, batchId: 'retry' });
    expect(await messages()).toEqual(['a', 'c']);
  });

  it('sent many times at once with the same batch_id is stored once', async () => {
    const batch = { batchId: 'race', logs: [valid({ message: 'a' }), valid({ message: 'b' })] };
    const acks = await Promise.all(Array.from({ length: 20 }, () => client.sendLogs(batch)));
    expect(acks.filter((ack) => !ack.duplicate)).toHaveLength(1);
    expect(await messages()).toEqual(['a', 'b']);
  });

  it('with the batch_id of another one and another body is stored too', async () => {
    expect(await client.sendLogs({ batchId: '1', logs: [valid({ message: 'a' })] })).toMatchObject({ duplicate: false });
    expect(await client.sendLogs({ batchId: '1', logs: [valid({ message: 'b' })] })).toMatchObject({ duplicate: false });
    expect(await messages()).toEqual(['a', 'b']);
  });

  it('with the batch_id of another tenant is stored for both', async () => {
    const other = everyone.as(unique('other'));
    const batch = { batchId: '1', logs: [valid({ message: 'a' })] };
    expect(await client.sendLogs(batch)).toMatchObject({ duplicate: false });
    expect(await other.sendLogs(batch)).toMatchObject({ duplicate: false });
    expect([await messages(), await messages(other)]).toEqual([['a'], ['a']]);
  });

  it('without a batch_id is stored as often as it is sent', async () => {
    const batch = { logs: [valid({ message: 'a' })] };
    expect(await client.sendLogs(batch)).toMatchObject({ duplicate: false, batchId: '' });
    expect(await client.sendLogs(batch)).toMatchObject({ duplicate: false });
    expect(await messages()).toEqual(['a', 'a']);
  });

  it('with a batch_id that is too long or no text is refused by its name', async () => {
    const logs = [valid()];
    expect(await outcomeOf(client.sendLogs({ batchId: 'b'.repeat(257), logs }))).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      details: expect.stringContaining('batch_id'),
      retryable: false,
    });
    expect(await outcomeOf(client.sendLogs({ batchId: 'a\0b', logs }))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      fields: ['batch_id'],
    });
    expect(await messages()).toEqual([]);
  });

  it('of ten thousand records in a thousand traces is stored whole, each record under an id of its own', async () => {
    const sent = Array.from({ length: 10_000 }, (_, i) => valid({ traceId: `t${i % 1000}`, spanId: `s${i}`, message: `m${i}` }));
    expect(await client.sendLogs({ logs: sent })).toMatchObject({ status: 'ok', accepted: 10_000 });
    const stored = await allLogs(client);
    expect(stored.map((record) => record.message).sort()).toEqual(sent.map((record) => record.message).sort());
    expect(new Set(stored.map((record) => record.id)).size).toBe(10_000);
  });

  it('of several megabytes is recognized as a whole when it is sent again', async () => {
    const text = 'x'.repeat(100_000);
    const batch = {
      batchId: 'large',
      logs: Array.from({ length: 50 }, (_, i) => valid({ traceId: `t${i}`, message: `${String(i).padStart(2, '0')}${text}` })),
    };
    expect(await client.sendLogs(batch)).toMatchObject({ accepted: 50, duplicate: false });
    expect(await client.sendLogs(batch)).toMatchObject({ accepted: 50, duplicate: true });
    expect(await messages()).toEqual(batch.logs.map((record) => record.message));
  });

  it('of one record: SendLog with the same id and body is stored once, with another body twice', async () => {
    const record = valid({ id: 'key', message: 'a' });
    expect(await client.sendLog(record)).toEqual({ status: 'ok' });
    expect(await client.sendLog(record)).toEqual({ status: 'ok' });
    expect(await messages()).toEqual(['a']);
    expect(await client.sendLog({ ...record, message: 'b' })).toEqual({ status: 'ok' });
    expect(await messages()).toEqual(['a', 'b']);
  });
});
