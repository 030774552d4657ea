/** The program of the readers' own process: takes one LookupRequest from its parent and answers with what it measured. */
import { LogList, TraceIdRequest } from '#proto';
import { GrpcConnection } from './grpc-connection.js';
import { LoadBatches, type LoadShape } from './load-batches.js';
import { durationsOf, type Durations } from './percentiles.js';
import { seededRandom, type Random } from './random.js';

export interface LookupRequest {
  readonly address: string;
  readonly shape: LoadShape;
  /** How many batches the store holds. */
  readonly batches: number;
  readonly clients: number;
  readonly seconds: number;
}

export interface LookupResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly ms: Durations;
}

const PATH = '/query.QueryService/GetLogsByTraceId';
/** One answer in so many is decoded and its records are counted. */
const CHECK_EVERY = 50;

async function lookUp({ address, shape, batches, clients, seconds }: LookupRequest): Promise<LookupResult> {
  const traces = new LoadBatches(shape);
  const ms: number[] = [];
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  const read = async (client: GrpcConnection, random: Random): Promise<void> => {
    for (let count = 0; performance.now() < end; count++) {
      const { traceId, records } = traces.anyTrace(random, batches);
      const sentAt = performance.now();
      const bytes = await client.ask(TraceIdRequest.encode({ traceId, pageSize: 0, pageToken: '' }).finish());
      ms.push(performance.now() - sentAt);
      if (count % CHECK_EVERY === 0) requireRecords(traceId, bytes, records);
    }
  };
  const connections = Array.from({ length: clients }, () => new GrpcConnection(address, PATH));
  await Promise.all(connections.map((client, i) => read(client, seededRandom(1_000 + i))));
  const perSecond = Math.round(ms.length / ((performance.now() - startedAt) / 1000));
  for (const client of connections) client.close();
  return { requests: ms.length, perSecond, ms: durationsOf(ms) };
}

function requireRecords(traceId: string, bytes: Buffer, records: number): void {
  const { logs } = LogList.decode(bytes);
  if (logs.length !== records) throw new Error(`trace ${traceId} has ${records} records, ${logs.length} were answered`);
}

process.on('message', (request: LookupRequest) => {
  lookUp(request).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failed: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
