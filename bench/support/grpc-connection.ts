import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';

const FRAME_BYTES = 5;
const OK = '0';
const RESOURCE_EXHAUSTED = '8';
const UNAVAILABLE = '14';

/** The call ended with another status than OK. */
export class GrpcStatusError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  get isOverload(): boolean {
    return this.code === RESOURCE_EXHAUSTED;
  }

  get isUnavailable(): boolean {
    return this.code === UNAVAILABLE;
  }
}

/**
 * A connection that asks unary gRPC calls over Node's own HTTP/2: what is measured is the server, and grpc-js as the
 * client takes more of the two cores than the server does. Every answer's status and length are checked.
 *
 * Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcConnection {
  private readonly session: ClientHttp2Session;
  private readonly headers;
  private failure: Error | null = null;

  /**
   * @param address host:port
   * @param path `/package.Service/Method`
   */
  constructor(address: string, path: string) {
    this.session = connect(`http://${address}`);
    // Told to the calls under way by their own streams.
    this.session.on('error', (error: Error) => (this.failure = error));
    this.headers = {
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    };
  }

  /** The answer to a serialized request, still serialized. @throws GrpcStatusError where the status is not OK or the answer is cut */
  ask(request: Uint8Array): Promise<Buffer> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const framed = Buffer.allocUnsafe(FRAME_BYTES + request.length);
    framed.writeUInt8(0, 0);
    framed.writeUInt32BE(request.length, 1);
    framed.set(request, FRAME_BYTES);
    return new Promise<Buffer>((resolve, reject) => {
      const stream = this.session.request(this.headers);
      const chunks: Buffer[] = [];
      let status: unknown;
      let message: unknown;
      const read = (headers: IncomingHttpHeaders): void => {
        status ??= headers['grpc-status'];
        message ??= headers['grpc-message'];
      };
      // An answer without a message has its status in its only headers.
      stream.on('response', read);
      stream.on('trailers', read);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        const bytes = status === OK ? unframed(chunks) : null;
        if (bytes !== null) resolve(bytes);
        else
          reject(new GrpcStatusError(String(status), `status ${String(status)} (${String(message)}), ${chunks.length} pieces`));
      });
      stream.end(framed);
    });
  }

  close(): void {
    this.session.close();
  }
}

/** The one message of an answer; null where its length is not what its frame says. */
function unframed(chunks: readonly Buffer[]): Buffer | null {
  const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  const isWhole = bytes.length >= FRAME_BYTES && bytes[0] === 0 && bytes.readUInt32BE(1) === bytes.length - FRAME_BYTES;
  return isWhole ? bytes.subarray(FRAME_BYTES) : null;
}
