/** Bad input: clear statuses that name the field, and nothing is half accepted (contract section 1). */
import fc from 'fast-check';
import { Log, LogBatchAck } from '#proto';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { BAD_TEXTS, field, numberField, varint } from '../support/wire.js';

const SEND_LOG = '/logs.LogIngestionService/SendLog';
const SEND_LOGS = '/logs.LogIngestionService/SendLogs';
const good = Buffer.from(Log.encode(valid()).finish());

/** Field numbers of the texts of logs.Log, by name. */
const TEXT_FIELDS = [
  ['trace_id', 1],
  ['parent_id', 2],
  ['span_id', 3],
  ['service', 4],
  ['message', 5],
  ['timestamp', 7],
  ['id', 9],
  ['attributes_json', 10],
  ['resource_json', 11],
  ['scope', 12],
  ['event', 13],
  ['severity_text', 15],
  ['observed_timestamp', 16],
] as const;

describe('bad input', () => {
  const bed = useTestBed();
  let everyone: ContractClient;
  let client: ContractClient;

  beforeAll(async () => {
    everyone = bed.client((await bed.allInOne()).grpc);
  });

  beforeEach(() => {
    client = everyone.as(unique('bad'));
  });

  afterEach(async () => {
    expect(await allLogs(client)).toEqual([]);
  });

  const invalid = (name: string) => ({ status: 'INVALID_ARGUMENT', details: expect.stringContaining(name), fields: [name] });

  it.each([
    ['trace_id', { traceId: '' }],
    ['span_id', { spanId: '' }],
    ['service', { service: '' }],
  ])('without %s is refused', async (name, fields) => {
    expect(await outcomeOf(client.sendLog(valid(fields)))).toMatchObject(invalid(name));
  });

  it('of no bytes at all is refused', async () => {
    expect(await outcomeOf(client.raw(SEND_LOG, Buffer.alloc(0)))).toMatchObject({ status: 'INVALID_ARGUMENT' });
  });

  describe.each(TEXT_FIELDS)('in %s', (name, number) => {
    it.each(Object.entries(BAD_TEXTS))('is refused: %s', async (_, text) => {
      const record = Buffer.concat([good, field(number, text)]);
      expect(await outcomeOf(client.raw(SEND_LOG, record))).toMatchObject(invalid(name));
      const ack = LogBatchAck.decode(await client.raw(SEND_LOGS, field(1, record)));
      expect(ack).toMatchObject({ accepted: 0, rejected: 1, rejections: [{ index: 0, field: name }] });
    });
  });

  it.each(Object.entries(BAD_TEXTS))('in an attribute is refused: %s', async (_, text) => {
    const asKey = field(8, Buffer.concat([field(1, text), field(2, Buffer.from('value'))]));
    const asValue = field(8, Buffer.concat([field(1, Buffer.from('key')), field(2, text)]));
    for (const attribute of [asKey, asValue]) {
      expect(await outcomeOf(client.raw(SEND_LOG, Buffer.concat([good, attribute])))).toMatchObject({
        status: 'INVALID_ARGUMENT',
        details: expect.stringContaining('attributes'),
      });
    }
  });

  it.each([
    ['a tag without a number', Buffer.from([0x00, 0x00])],
    ['a length that reaches past the end', Buffer.from([0x0a, 0x05, 0x61])],
    ['a number that never ends', Buffer.from([0x30, ...Array.from({ length: 11 }, () => 0xff)])],
    ['a number that is cut off', Buffer.from([0x30, 0x80])],
    ['a group that is not closed', Buffer.from([0xa3, 0x06])],
    ['the end of a group that was not opened', Buffer.from([0xa4, 0x06])],
    ['an unknown wire type', Buffer.from([0xa7, 0x06, 0x00])],
    ['a length of four gigabytes', Buffer.concat([Buffer.from([0x0a]), varint(0xffff_ffff)])],
  ])('that is no protobuf is refused: %s', async (_, bytes) => {
    const refused = { status: 'INVALID_ARGUMENT', details: expect.stringMatching(/./), retryable: false };
    expect(await outcomeOf(client.raw(SEND_LOG, Buffer.concat([good, bytes])))).toMatchObject(refused);
    expect(await outcomeOf(client.raw(SEND_LOGS, Buffer.concat([field(1, good), bytes])))).toMatchObject(refused);
    expect(await outcomeOf(client.raw(SEND_LOGS, field(1, Buffer.concat([good, bytes]))))).toMatchObject(refused);
    for (const rpc of ['GetLogs', 'GetDags', 'GetLogsByTraceId', 'GetDagByTraceId']) {
      expect(await outcomeOf(client.raw(`/query.QueryService/${rpc}`, bytes))).toMatchObject(refused);
    }
  });

  it('of random bytes never makes the server fail', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      // A good record with some bytes changed: passes the first checks more often.
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
        const changed = Uint8Array.from(good);
        for (const [place, value] of changes) changed[place] = value;
        return changed;
      }),
    );
    // What happens to be valid is stored; for a tenant of its own, so that the rest of the tests still see nothing stored.
    const lucky = everyone.as(unique('lucky'));
    await fc.assert(
      fc.asyncProperty(bytes, async (random) => {
        expect(['OK', 'INVALID_ARGUMENT']).toContain((await outcomeOf(lucky.raw(SEND_LOG, random))).status);
        expect(['OK', 'INVALID_ARGUMENT']).toContain((await outcomeOf(lucky.raw(SEND_LOGS, field(1, random)))).status);
        const asked = (await outcomeOf(lucky.raw('/query.QueryService/GetLogsByTraceId', random))).status;
        expect(['OK', 'INVALID_ARGUMENT', 'NOT_FOUND']).toContain(asked);
      }),
      { numRuns: 200 },
    );
  });

  it('of a wrong type is as good as not sent', async () => {
    const traceAsNumber = Buffer.concat([numberField(1, 7), field(3, Buffer.from('span')), field(4, Buffer.from('service'))]);
    expect(await outcomeOf(client.raw(SEND_LOG, traceAsNumber))).toMatchObject(invalid('trace_id'));
  });

  it('in a query is refused by the name of its field', async () => {
    for (const text of Object.values(BAD_TEXTS)) {
      expect(await outcomeOf(client.raw('/query.QueryService/GetLogsByTraceId', field(1, text)))).toMatchObject(
        invalid('trace_id'),
      );
      expect(await outcomeOf(client.raw('/query.QueryService/GetDagByTraceId', field(1, text)))).toMatchObject(
        invalid('trace_id'),
      );
      expect(await outcomeOf(client.raw('/query.QueryService/GetLogs', field(2, text)))).toMatchObject(invalid('page_token'));
    }
  });

  it('for a method that does not exist is UNIMPLEMENTED', async () => {
    expect(await outcomeOf(client.raw('/logs.LogIngestionService/NoSuchMethod', good))).toMatchObject({
      status: 'UNIMPLEMENTED',
    });
  });

  it('as a tenant is refused by the name of its header', async () => {
    for (const tenant of ['no spaces', 'a/b', 't'.repeat(65), 'ümlaut'.normalize('NFD').replace(/[^ -~]/g, '!')]) {
      const metadata = { 'tenant-id': tenant };
      expect(await outcomeOf(client.sendLog(valid(), { metadata }))).toMatchObject({
        status: 'INVALID_ARGUMENT',
        details: expect.stringContaining('tenant-id'),
      });
      expect(await outcomeOf(client.getLogs({}, { metadata }))).toMatchObject({ status: 'INVALID_ARGUMENT' });
    }
  });
});
