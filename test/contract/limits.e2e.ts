/** The contract's limits: what is just within is kept whole, what is just beyond is refused for good (contract section 1). */
import type { Log } from '#proto';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

const KIB = 1024;
const MIB = KIB * KIB;
const TOO_LARGE = { status: 'RESOURCE_EXHAUSTED', retryable: false };

/** Attributes with that many bytes of keys and values in all. */
function attributesOf(bytes: number): Record<string, string> {
  const attributes: Record<string, string> = {};
  let left = bytes;
  for (let i = 0; left > 0; i++) {
    const key = `k${String(i).padStart(3, '0')}`;
    const value = 'v'.repeat(Math.min(left - key.length, 60_000));
    attributes[key] = value;
    left -= key.length + value.length;
    if (left > 0 && left < 4) throw new Error('the rest is too short for one more key');
  }
  return attributes;
}

function manyAttributes(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, String(i)]));
}

interface Limit {
  readonly name: string;
  readonly field: string;
  readonly within: Partial<Log>;
  readonly beyond: Partial<Log>;
}

const ofText = (name: keyof Log, field: string, bytes: number): Limit[] => [
  { name: `${field} of ${bytes} bytes`, field, within: { [name]: 'x'.repeat(bytes) }, beyond: { [name]: 'x'.repeat(bytes + 1) } },
  {
    name: `${field} of ${bytes / 2} letters of two bytes`,
    field,
    within: { [name]: 'ü'.repeat(bytes / 2) },
    beyond: { [name]: 'ü'.repeat(bytes / 2 + 1) },
  },
];

const LIMITS: readonly Limit[] = [
  ...ofText('traceId', 'trace_id', 256),
  ...ofText('parentId', 'parent_id', 256),
  ...ofText('spanId', 'span_id', 256),
  ...ofText('service', 'service', 256),
  ...ofText('id', 'id', 256),
  ...ofText('scope', 'scope', 256),
  ...ofText('event', 'event', 256),
  ...ofText('severityText', 'severity_text', 256),
  ...ofText('message', 'message', MIB),
  {
    name: '256 attributes',
    field: 'attributes',
    within: { attributes: manyAttributes(256) },
    beyond: { attributes: manyAttributes(257) },
  },
  {
    name: '256 attributes, those of attributes_json among them',
    field: 'attributes',
    within: { attributes: manyAttributes(255), attributesJson: '{"one":1}' },
    beyond: { attributes: manyAttributes(255), attributesJson: '{"one":1,"two":2}' },
  },
  {
    name: 'an attribute key of 256 bytes',
    field: 'attributes',
    within: { attributes: { ['k'.repeat(256)]: 'v' } },
    beyond: { attributes: { ['k'.repeat(257)]: 'v' } },
  },
  {
    name: 'an attribute value of 64 KiB',
    field: 'attributes',
    within: { attributes: { key: 'v'.repeat(64 * KIB) } },
    beyond: { attributes: { key: 'v'.repeat(64 * KIB + 1) } },
  },
  {
    name: 'a key of 256 bytes in attributes_json',
    field: 'attributes_json',
    within: { attributesJson: JSON.stringify({ ['k'.repeat(256)]: 1 }) },
    beyond: { attributesJson: JSON.stringify({ ['k'.repeat(257)]: 1 }) },
  },
  {
    name: 'a value of 64 KiB in attributes_json',
    field: 'attributes_json',
    within: { attributesJson: JSON.stringify({ list: [], key: 'v'.repeat(64 * KIB) }) },
    beyond: { attributesJson: JSON.stringify({ list: [], key: 'v'.repeat(64 * KIB + 1) }) },
  },
  {
    name: '1 MiB of attributes',
    field: 'attributes',
    within: { attributes: attributesOf(MIB) },
    beyond: { attributes: attributesOf(MIB + 1) },
  },
];

describe('a limit', () => {
  const bed = useTestBed();
  let everyone: ContractClient;
  let client: ContractClient;

  beforeAll(async () => {
    everyone = bed.client((await bed.allInOne()).grpc);
  });

  beforeEach(() => {
    client = everyone.as(unique('limits'));
  });

  it.each(LIMITS)('takes $name whole', async ({ within }) => {
    const sent = valid(within);
    expect(await client.sendLog(sent)).toEqual({ status: 'ok' });
    const [stored] = await allLogs(client);
    const { traceId, parentId, spanId, service, message, attributes, scope, event, severityText } = sent;
    expect(stored).toMatchObject({ traceId, parentId, spanId, service, message, attributes, scope, event, severityText });
    expect(stored?.idempotencyKey).toBe(sent.id);
  });

  it.each(LIMITS)('refuses more than $name, for good and by its name', async ({ field, beyond }) => {
    const outcome = await outcomeOf(client.sendLog(valid(beyond)));
    expect(outcome).toMatchObject({ ...TOO_LARGE, details: expect.stringContaining(field) });
    const ack = await client.sendLogs({ logs: [valid(beyond), valid({ message: 'a neighbour' })] });
    expect(ack).toMatchObject({ status: 'partial', accepted: 1, rejected: 1 });
    expect(ack.rejections).toMatchObject([{ index: 0, field: expect.stringContaining(field) }]);
    expect((await allLogs(client)).map((record) => record.message)).toEqual(['a neighbour']);
  });

  it('takes a call of nearly 16 MiB', async () => {
    const logs = Array.from({ length: 16 }, (_, i) => valid({ spanId: `s${i}`, message: 'x'.repeat(MIB - 1000) }));
    expect(await client.sendLogs({ logs })).toMatchObject({ status: 'ok', accepted: 16 });
    expect((await allLogs(client)).map((record) => record.spanId).sort()).toEqual(logs.map((record) => record.spanId).sort());
  });

  it('refuses a call of 20 MiB for good, and the server goes on', async () => {
    const logs = Array.from({ length: 20 }, (_, i) => valid({ spanId: `s${i}`, message: 'x'.repeat(MIB) }));
    expect(await outcomeOf(client.sendLogs({ logs }))).toMatchObject(TOO_LARGE);
    expect(await outcomeOf(client.raw('/logs.LogIngestionService/SendLog', Buffer.alloc(20 * MIB)))).toMatchObject(TOO_LARGE);
    expect(await allLogs(client)).toEqual([]);
    expect(await client.sendLog(valid())).toEqual({ status: 'ok' });
  });
});
