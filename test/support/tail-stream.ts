import { Client, credentials, Metadata, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import { QueryServiceService as query, TailLogsRequest, type TailLogsResponse, type QueryLog } from '#proto';
import { waitUntil } from './wait-until.js';

/** One TailLogs stream and what it has brought. */
export class TailStream {
  readonly logs: QueryLog[] = [];
  readonly missed: { readonly count: number; readonly fromPosition: string }[] = [];
  /** Behind the last message. */
  position = '';
  /** How many logs had come when the stream had caught up; null before. */
  caughtUpAfter: number | null = null;
  error: ServiceError | null = null;
  private isPaused = false;
  private readonly client: Client;
  private readonly stream: ClientReadableStream<TailLogsResponse>;

  private constructor(address: string, request: Partial<TailLogsRequest>, tenant: string) {
    this.client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    const metadata = new Metadata();
    metadata.set('tenant-id', tenant);
    const { path, requestSerialize, responseDeserialize } = query.tailLogs;
    const whole = { ...TailLogsRequest.decode(new Uint8Array(0)), ...request };
    this.stream = this.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, whole, metadata);
    this.stream.on('data', (response: TailLogsResponse) => this.take(response));
    this.stream.on('error', (error: ServiceError) => (this.error = error));
  }

  static open(address: string, request: Partial<TailLogsRequest>, tenant: string): TailStream {
    return new TailStream(address, request, tenant);
  }

  get messages(): string[] {
    return this.logs.map(({ message }) => message);
  }

  get missedCount(): number {
    return this.missed.reduce((sum, { count }) => sum + count, 0);
  }

  /** Takes nothing more from the connection, so that the server's writing comes to a halt. */
  freeze(): void {
    this.isPaused = true;
    this.stream.pause();
  }

  wake(): void {
    this.isPaused = false;
    this.stream.resume();
  }

  get isFrozen(): boolean {
    return this.isPaused;
  }

  async untilCaughtUp(): Promise<this> {
    await this.until(() => this.caughtUpAfter !== null, 'the tail has caught up');
    return this;
  }

  async untilLogs(count: number): Promise<this> {
    await this.until(() => this.logs.length >= count, `the tail brings ${count} logs`);
    return this;
  }

  /** @throws Error with what the stream ended with, where it did before */
  async until(condition: () => boolean, what: string): Promise<void> {
    await waitUntil(() => condition() || this.error !== null, `${what} (it has ${this.logs.length})`);
    if (!condition()) throw new Error(`The tail ended before ${what}: ${String(this.error)}`);
  }

  async untilEnded(): Promise<ServiceError> {
    await waitUntil(() => this.error !== null, 'the tail ends');
    if (this.error === null) throw new Error('it has not ended');
    return this.error;
  }

  close(): void {
    this.stream.on('error', () => undefined);
    this.stream.cancel();
    this.client.close();
  }

  private take({ logs, position, missed, caughtUp }: TailLogsResponse): void {
    this.logs.push(...logs);
    if (position !== '') this.position = position;
    if (missed !== undefined) this.missed.push(missed);
    if (caughtUp) this.caughtUpAfter = this.logs.length;
  }
}
