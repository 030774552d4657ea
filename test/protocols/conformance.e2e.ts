/** The same tricky records by every protocol: what is stored is the same but for what a protocol can not help. */
import type { AppProcess } from '../support/app-process.js';
import { useTestBed } from '../support/test-bed.js';
import type { Destination, Protocol } from './protocol.js';
import { GRPC } from './senders/grpc.js';
import { OTLP_GRPC, OTLP_JSON, OTLP_PROTOBUF } from './senders/otlp.js';
import { COLUMNS, ELASTICSEARCH_BULK, PLAIN_HTTP } from './senders/rows.js';
import { LOKI_JSON, LOKI_PROTOBUF, TENANT_STREAM, TENANT_STREAM_GRPC } from './senders/streams.js';
import { hasBytes, stored, type StoredRecord } from './stored-record.js';
import { TRICKY_RECORDS, type TrickyRecord } from './tricky-records.js';

/** A new protocol is a row here. */
const PROTOCOLS: readonly Protocol[] = [
  GRPC,
  PLAIN_HTTP,
  COLUMNS,
  ELASTICSEARCH_BULK,
  LOKI_JSON,
  LOKI_PROTOBUF,
  TENANT_STREAM,
  TENANT_STREAM_GRPC,
  OTLP_GRPC,
  OTLP_PROTOBUF,
  OTLP_JSON,
];

/** Far more than the records' own sizes; shorter texts are shown when they differ. */
const SHOWN = 300;

const bed = useTestBed();
let app: AppProcess;

beforeAll(async () => {
  app = await bed.allInOne();
});

it('the table holds at least fifty records, each of another name', () => {
  expect(new Set(TRICKY_RECORDS.map(({ name }) => name)).size).toBe(TRICKY_RECORDS.length);
  expect(TRICKY_RECORDS.length).toBeGreaterThanOrEqual(50);
});

describe.each(PROTOCOLS.map((protocol, i) => [protocol.name, protocol, i] as const))('%s', (_, protocol, number) => {
  const destination = (kind: string): Destination => {
    const tenant = `${kind}-${String(number).padStart(10 - kind.length - 1, '0')}`;
    return { app, tenant, client: bed.client(app.grpc).as(tenant), otlp: bed.client(app.otlpGrpc).as(tenant) };
  };
  const isKept = (record: TrickyRecord) =>
    record.tooLarge === true ? (protocol.keeps?.(record) ?? null) !== null : (protocol.refuses?.(record) ?? null) === null;
  const expected = (records: readonly TrickyRecord[]) =>
    byCase(records.map((record) => protocol.carries?.(stored(record), record) ?? stored(record)));

  it('stores each record sent alone as it was sent, or refuses it', async () => {
    const to = destination('one');
    const taken: string[] = [];
    for (const record of TRICKY_RECORDS) if (await protocol.send([record], to)) taken.push(record.name);
    const kept = TRICKY_RECORDS.filter(isKept);
    expect(taken).toEqual(kept.map(({ name }) => name));
    expect(await storedRecords(to)).toEqual(expected(kept));
  });

  it('stores all of them sent together', async () => {
    const to = destination('all');
    // Texts that are no UTF-8 make the whole body so, and a U+FFFD in another record could then be theirs.
    const together = TRICKY_RECORDS.filter((record) => isKept(record) && !hasBytes(record));
    expect(await protocol.send(together, to)).toBe(true);
    expect(await storedRecords(to)).toEqual(expected(together));
  });
});

interface LogPage {
  readonly logs?: readonly Partial<StoredRecord & { readonly attributesJson: string }>[];
  readonly nextPageToken?: string;
}

/** An acknowledged record is there: the all-in-one acks after commit. */
async function storedRecords({ tenant }: Destination): Promise<Readonly<Record<string, string>>> {
  const records: StoredRecord[] = [];
  for (let pageToken = ''; ;) {
    const url = `http://${app.http}/api/v1/logs?limit=1000&pageToken=${encodeURIComponent(pageToken)}`;
    const page = (await (await fetch(url, { headers: { 'tenant-id': tenant } })).json()) as LogPage;
    for (const { attributes, attributesJson = '{}', ...fields } of page.logs ?? []) {
      const { message = '', service = '', level = '', timestamp = '', traceId = '', spanId = '', parentId = '' } = fields;
      const typed = JSON.parse(attributesJson) as object;
      records.push({ message, service, level, timestamp, traceId, spanId, parentId, attributes: { ...attributes, ...typed } });
    }
    pageToken = page.nextPageToken ?? '';
    if (pageToken === '') return byCase(records);
  }
}

/** By their names, as texts that don't depend on the order of members; long ones shortened to what tells them apart. */
function byCase(records: readonly StoredRecord[]): Readonly<Record<string, string>> {
  return Object.fromEntries(records.map((record) => [String(record.attributes['case']), describeRecord(record)]));
}

function describeRecord({ attributes, ...fields }: StoredRecord): string {
  const texts = Object.entries(fields).map(([name, text]) => `${name}=${JSON.stringify(short(text))}`);
  const members = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...texts, ...members.map(([name, value]) => `${JSON.stringify(short(name))}: ${short(sorted(value))}`)].join('\n');
}

function short(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}... (${text.length} characters)`;
}

/** JSON with members in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
