import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, credentials, status } from '@grpc/grpc-js';
import { Log, LogBatch, LogLevel, TraceIdRequest } from '#proto';

const POLL_MS = 2;
const BOUND_MS = 60_000;
const EMPTY = Log.decode(new Uint8Array(0));
const identity = (bytes: Buffer): Buffer => bytes;

/** Sends failed traces and watches for their DAGs, one trace at a time. */
export class DagProbe {
  private readonly ingest: Client;
  private readonly query: Client;

  /** @param ingestAddress host:port; so is `queryAddress` */
  constructor(ingestAddress: string, queryAddress: string) {
    this.ingest = new Client(ingestAddress, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    this.query = new Client(queryAddress, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  }

  /** Milliseconds from the ack of a trace's records to the first answer that holds its DAG. @throws Error after a minute */
  async delayMs(): Promise<number> {
    const traceId = randomUUID().replaceAll('-', '');
    await this.call(this.ingest, '/logs.LogIngestionService/SendLogs', batchOf(traceId));
    const ackedAt = performance.now();
    const request = Buffer.from(TraceIdRequest.encode({ traceId, pageSize: 0, pageToken: '' }).finish());
    while (!(await this.call(this.query, '/query.QueryService/GetDagByTraceId', request))) {
      if (performance.now() - ackedAt > BOUND_MS) throw new Error(`trace ${traceId} has no DAG after a minute`);
      await pause(POLL_MS);
    }
    return performance.now() - ackedAt;
  }

  close(): void {
    this.ingest.close();
    this.query.close();
  }

  /** False: NOT_FOUND. */
  private call(client: Client, path: string, request: Buffer): Promise<boolean> {
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, identity, identity, request, (error) => {
        if (error === null) resolve(true);
        else if (error.code === status.NOT_FOUND) resolve(false);
        else reject(error);
      });
    });
  }
}

/** Three spans that call one another; the last one fails, in the last record. */
function batchOf(traceId: string): Buffer {
  const logs = ['api-gateway', 'checkout', 'payment-service'].map((service, i) => ({
    ...EMPTY,
    traceId,
    spanId: `span-${i}`,
    parentId: i === 0 ? '' : `span-${i - 1}`,
    service,
    message: i === 2 ? 'card declined by issuer' : 'order received',
    level: i === 2 ? LogLevel.ERROR : LogLevel.INFO,
  }));
  return Buffer.from(LogBatch.encode({ logs, spans: [], batchId: '' }).finish());
}
