/** StreamLogs: acks in the order of the batches, backpressure, and what ends a stream (contract section 1). */
import { Client, credentials, status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { LogBatch, LogBatchAck, LogIngestionServiceService as ingest } from '#proto';
import { allLogs } from '../support/contract-client.js';
import { batch, unique, valid, type BatchFields } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

const encodeBatch = (fields: BatchFields) => Buffer.from(LogBatch.encode(batch(fields)).finish());

describe('a stream of batches', () => {
  const bed = useTestBed();
  let address: string;
  let raw: Client;

  beforeAll(async () => {
    address = (await bed.allInOne()).grpc;
    raw = new Client(address, credentials.createInsecure());
    bed.defer(() => raw.close());
  });

  /** What the server answered until the stream ended. */
  function answersOf(
    stream: ClientDuplexStream<Buffer, LogBatchAck>,
  ): Promise<{ acks: LogBatchAck[]; error: ServiceError | null }> {
    const acks: LogBatchAck[] = [];
    return new Promise((resolve) => {
      let error: ServiceError | null = null;
      stream.on('data', (ack: LogBatchAck) => acks.push(ack));
      stream.on('error', (failure: ServiceError) => (error = failure));
      stream.on('status', () => setImmediate(() => resolve({ acks, error })));
    });
  }

  const open = () => {
    const asIs = (bytes: Buffer) => bytes;
    return raw.makeBidiStreamRequest<Buffer, LogBatchAck>(ingest.streamLogs.path, asIs, (bytes) => LogBatchAck.decode(bytes));
  };

  it('is acked batch by batch, in order, and stored once', async () => {
    const trace = unique('stream');
    const stream = open();
    const answers = answersOf(stream);
    for (let b = 0; b < 50; b++) {
      const logs = Array.from({ length: 20 }, (_, i) => valid({ traceId: trace, message: `${b}/${i}` }));
      stream.write(encodeBatch({ batchId: `${trace}-${b}`, logs }));
    }
    stream.end();
    const { acks, error } = await answers;
    expect(error).toBeNull();
    expect(acks.map((ack) => ack.batchId)).toEqual(Array.from({ length: 50 }, (_, b) => `${trace}-${b}`));
    expect(acks.every((ack) => ack.status === 'ok' && ack.accepted === 20)).toBe(true);
    const stored = (await allLogs(bed.client(address))).filter((log) => log.traceId === trace);
    expect(new Set(stored.map((log) => log.message)).size).toBe(1_000);
    expect(stored).toHaveLength(1_000);
  });

  it('lists the bad records of a batch and goes on', async () => {
    const stream = open();
    const answers = answersOf(stream);
    stream.write(encodeBatch({ logs: [valid({}), valid({ service: '' })] }));
    stream.write(encodeBatch({ logs: [valid({})] }));
    stream.end();
    const { acks, error } = await answers;
    expect(error).toBeNull();
    expect(acks.map((ack) => [ack.status, ack.accepted, ack.rejections[0]?.field])).toEqual([
      ['partial', 1, 'service'],
      ['ok', 1, undefined],
    ]);
  });

  it('ends with INVALID_ARGUMENT at bytes that are no batch, after the acks before them', async () => {
    const stream = open();
    const answers = answersOf(stream);
    stream.write(encodeBatch({ batchId: 'before', logs: [valid({})] }));
    stream.write(Buffer.from([0xff, 0xff]));
    const { acks, error } = await answers;
    expect(acks.map((ack) => ack.batchId)).toEqual(['before']);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
  });

  it('that is cancelled leaves a server that serves', async () => {
    const stream = open();
    stream.on('error', () => undefined);
    stream.write(encodeBatch({ logs: [valid({})] }));
    await new Promise((resolve) => stream.once('data', resolve));
    stream.cancel();
    expect(await bed.client(address).sendLog(valid({}))).toEqual({ status: 'ok' });
  });
});
