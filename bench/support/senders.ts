import { Client, credentials } from '@grpc/grpc-js';
import { LogBatchAck } from '#proto';
import { GrpcConnection, GrpcStatusError } from './grpc-connection.js';

export type Mode = 'unary' | 'batch' | 'stream' | 'otlp';

/**
 * The same bytes are to be sent again a little later: after `refused` (RESOURCE_EXHAUSTED) nothing of them is stored; after
 * `unavailable` it may be, and they must have a retry key.
 */
export type SendOutcome = 'ok' | 'refused' | 'unavailable';

/** Sends encoded calls; one connection. Rejects for any other answer. */
export interface Sender {
  send(bytes: Buffer): Promise<SendOutcome>;
  close(): void;
}

const identity = (bytes: Buffer): Buffer => bytes;
const NATIVE = '/logs.LogIngestionService';
const OTLP_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const OPTIONS = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_send_message_length': -1 };

export function openSender(address: string, mode: Mode): Sender {
  switch (mode) {
    case 'unary':
      return unarySender(address, `${NATIVE}/SendLog`, (ack) => ack.toString('latin1').endsWith('ok'));
    case 'batch':
      return unarySender(address, `${NATIVE}/SendLogs`, isWholeBatch);
    case 'otlp':
      // An answer without a partial success has no bytes.
      return unarySender(address, OTLP_EXPORT, ({ length }) => length === 0);
    case 'stream':
      return streamSender(new Client(address, credentials.createInsecure(), OPTIONS));
  }
}

function unarySender(address: string, path: string, isAck: (bytes: Buffer) => boolean): Sender {
  const connection = new GrpcConnection(address, path);
  return {
    send: async (bytes) => {
      try {
        const ack = await connection.ask(bytes);
        if (!isAck(ack)) throw new Error(`${path} answered ${String(ack)}`);
        return 'ok';
      } catch (error) {
        if (error instanceof GrpcStatusError && error.isOverload) return 'refused';
        if (error instanceof GrpcStatusError && error.isUnavailable) return 'unavailable';
        throw error;
      }
    },
    close: () => connection.close(),
  };
}

/** One stream; acks come in the order of the batches, and overload is waited out by the server. */
function streamSender(client: Client): Sender {
  const call = client.makeBidiStreamRequest(`${NATIVE}/StreamLogs`, identity, identity);
  const waiting: { readonly resolve: (outcome: SendOutcome) => void; readonly reject: (error: Error) => void }[] = [];
  call.on('data', (ack: Buffer) => {
    const first = waiting.shift();
    if (isWholeBatch(ack)) first?.resolve('ok');
    else first?.reject(new Error(`StreamLogs answered ${String(ack)}`));
  });
  call.on('error', (error: Error) => waiting.splice(0).forEach(({ reject }) => reject(error)));
  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        call.write(bytes);
      }),
    close: () => {
      call.end();
      client.close();
    },
  };
}

function isWholeBatch(bytes: Buffer): boolean {
  const { status: text, accepted, rejected } = LogBatchAck.decode(bytes);
  return text === 'ok' && accepted > 0 && rejected === 0;
}
