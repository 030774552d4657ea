import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js';
import { failureOfCall, isServiceError } from './call-failure.js';

/** Where Rootspan is, and as whom it is asked. */
export interface Target {
  /** host:port of the gRPC server. */
  readonly address: string;
  /** Empty: the server's default tenant. */
  readonly tenant: string;
  readonly timeoutMs: number;
}

/** A method of the generated services, as far as a caller needs it. */
export type Method<Request> = Pick<MethodDefinition<Request, unknown>, 'path' | 'requestSerialize'>;

/** Above the 3 MiB that the contract promises for an answer. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** A connection to Rootspan's gRPC services. It is made by the first call. */
export class Connection {
  private readonly client: Client;
  private readonly metadata = new Metadata();

  constructor(readonly target: Target) {
    this.client = new Client(target.address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
      // A proxy of the environment is for web sites; it would hide the own machine.
      'grpc.enable_http_proxy': 0,
    });
    if (target.tenant !== '') this.metadata.set('tenant-id', target.tenant);
  }

  /**
   * Asks once. @returns the answer's serialized message: it is decoded for people, and turned into JSON as it is
   * @throws Failure for every status but OK
   */
  async ask<Request>({ path, requestSerialize }: Method<Request>, request: Request): Promise<Buffer> {
    const { address, timeoutMs } = this.target;
    try {
      return await this.unary(path, requestSerialize(request));
    } catch (error) {
      throw isServiceError(error) ? failureOfCall(error, address, timeoutMs) : error;
    }
  }

  /**
   * Asks for a stream of answers, which has no deadline; each is a serialized message. Answers wait in the connection while they
   * are not taken.
   * @throws Failure where the stream ends with any status but OK
   */
  async *follow<Request>({ path, requestSerialize }: Method<Request>, request: Request): AsyncGenerator<Buffer, void> {
    const same = (bytes: Buffer): Buffer => bytes;
    const stream = this.client.makeServerStreamRequest(path, same, same, requestSerialize(request), this.metadata);
    try {
      for await (const answer of stream as AsyncIterable<Buffer>) yield answer;
    } catch (error) {
      const { address, timeoutMs } = this.target;
      throw isServiceError(error) ? failureOfCall(error, address, timeoutMs) : error;
    } finally {
      stream.cancel();
    }
  }

  close(): void {
    this.client.close();
  }

  private unary(path: string, request: Buffer): Promise<Buffer> {
    const same = (bytes: Buffer): Buffer => bytes;
    const deadline = Date.now() + this.target.timeoutMs;
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(path, same, same, request, this.metadata, { deadline }, (error, answer) => {
        if (error !== null) reject(error);
        else resolve(answer ?? Buffer.alloc(0));
      });
    });
  }
}
