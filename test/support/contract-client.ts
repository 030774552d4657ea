import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js';
import {
  GetFieldValuesRequest,
  GetLogHistogramRequest,
  GetLogsRequest,
  type GetServiceMapRequest,
  LogIngestionServiceService as ingest,
  QueryServiceService as query,
  type Dag,
  type DagList,
  type FieldValues,
  type GetPatternRequest,
  type ListPatternsRequest,
  type Log,
  type LogAck,
  type LogBatchAck,
  type LogHistogram,
  type LogList,
  type Pattern,
  type PatternDetails,
  type PatternList,
  type QueryLog,
  type ServiceMap,
  type SpanList,
  type TraceIdRequest,
} from '#proto';
import { batch, type BatchFields, log } from './records.js';

export interface CallOptions {
  /** Milliseconds until the call is given up. */
  readonly deadlineMs?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A page of records: a number of rows, a token, and what else is asked for. */
export type LogsPage = Partial<GetLogsRequest>;
export type Page = Pick<LogsPage, 'pageSize' | 'pageToken'>;
export type TracePage = Page & Pick<TraceIdRequest, 'traceId'>;

const ANY_PATTERN: ListPatternsRequest = { state: '', service: '', from: '', to: '', orderBy: '', pageSize: 0, pageToken: '' };
const FIRST_PAGE: GetPatternRequest = { id: '', pageSize: 0, pageToken: '', timelineFrom: '', timelineTo: '' };
const NONE = new Uint8Array(0);
const DEADLINE_MS = 60_000;
const identity = (bytes: Buffer): Buffer => bytes;

/** Both services of the contract at one address. Rejects with grpc-js' ServiceError; `outcomeOf` makes it comparable. */
export class ContractClient {
  private readonly client: Client;

  /** @param address host:port; for separate processes one client for each */
  constructor(
    readonly address: string,
    private readonly metadata: Readonly<Record<string, string>> = {},
    shared?: Client,
  ) {
    const options = { 'grpc.max_receive_message_length': -1, 'grpc.use_local_subchannel_pool': 1 };
    this.client = shared ?? new Client(address, credentials.createInsecure(), options);
  }

  /** The same connection, as another tenant. */
  as(tenant: string): ContractClient {
    return new ContractClient(this.address, { ...this.metadata, 'tenant-id': tenant }, this.client);
  }

  sendLog(fields: Partial<Log>, options?: CallOptions): Promise<LogAck> {
    return this.call(ingest.sendLog, log(fields), options);
  }

  sendLogs(fields: BatchFields, options?: CallOptions): Promise<LogBatchAck> {
    return this.call(ingest.sendLogs, batch(fields), options);
  }

  getLogs(page: LogsPage = {}, options?: CallOptions): Promise<LogList> {
    return this.call(query.getLogs, { ...GetLogsRequest.decode(NONE), ...page }, options);
  }

  getLogHistogram(request: Partial<GetLogHistogramRequest> = {}, options?: CallOptions): Promise<LogHistogram> {
    return this.call(query.getLogHistogram, { ...GetLogHistogramRequest.decode(NONE), ...request }, options);
  }

  getFieldValues(request: Partial<GetFieldValuesRequest>, options?: CallOptions): Promise<FieldValues> {
    return this.call(query.getFieldValues, { ...GetFieldValuesRequest.decode(NONE), ...request }, options);
  }

  getDags(page: Page = {}, options?: CallOptions): Promise<DagList> {
    return this.call(query.getDags, { pageSize: 0, pageToken: '', ...page }, options);
  }

  getLogsByTraceId(page: TracePage, options?: CallOptions): Promise<LogList> {
    return this.call(query.getLogsByTraceId, { pageSize: 0, pageToken: '', ...page }, options);
  }

  getDagByTraceId(traceId: string, options?: CallOptions): Promise<Dag> {
    return this.call(query.getDagByTraceId, { traceId, pageSize: 0, pageToken: '' }, options);
  }

  getSpansByTraceId(page: TracePage, options?: CallOptions): Promise<SpanList> {
    return this.call(query.getSpansByTraceId, { pageSize: 0, pageToken: '', ...page }, options);
  }

  getServiceMap(range: Partial<GetServiceMapRequest> = {}, options?: CallOptions): Promise<ServiceMap> {
    return this.call(query.getServiceMap, { from: '', to: '', ...range }, options);
  }

  listPatterns(request: Partial<ListPatternsRequest> = {}, options?: CallOptions): Promise<PatternList> {
    return this.call(query.listPatterns, { ...ANY_PATTERN, ...request }, options);
  }

  getPattern(request: Partial<GetPatternRequest>, options?: CallOptions): Promise<PatternDetails> {
    return this.call(query.getPattern, { ...FIRST_PAGE, ...request }, options);
  }

  setPatternState(id: string, state: string, options?: CallOptions): Promise<Pattern> {
    return this.call(query.setPatternState, { id, state }, options);
  }

  /** Any bytes to any method; the answer's bytes. @param path such as `/logs.LogIngestionService/SendLog` */
  raw(path: string, bytes: Uint8Array, options?: CallOptions): Promise<Buffer> {
    const method = { path, requestSerialize: identity, responseDeserialize: identity };
    return this.unary(method, Buffer.from(bytes), options);
  }

  close(): void {
    this.client.close();
  }

  private call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    return this.unary(method, request, options);
  }

  private unary<Request, Response>(
    method: Pick<MethodDefinition<Request, Response>, 'path' | 'requestSerialize' | 'responseDeserialize'>,
    request: Request,
    { deadlineMs = DEADLINE_MS, metadata = {} }: CallOptions = {},
  ): Promise<Response> {
    const sent = new Metadata();
    for (const [name, value] of Object.entries({ ...this.metadata, ...metadata })) sent.set(name, value);
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        sent,
        { deadline: Date.now() + deadlineMs },
        (error, response) => {
          if (error !== null) reject(error);
          else if (response === undefined) reject(new Error(`${method.path} answered nothing.`));
          else resolve(response);
        },
      );
    });
  }
}

/** Follows the page tokens from the first page to the last. */
export async function allPages<P extends { readonly nextPageToken: string }>(
  ask: (pageToken: string) => Promise<P>,
): Promise<P[]> {
  const pages: P[] = [];
  for (let pageToken = ''; ;) {
    const page = await ask(pageToken);
    pages.push(page);
    pageToken = page.nextPageToken;
    if (pageToken === '') return pages;
    if (pages.length > 10_000) throw new Error('The pages have no end.');
  }
}

/** Every record of the client's tenant, newest first. */
export async function allLogs(client: ContractClient, pageSize = 10_000): Promise<QueryLog[]> {
  const pages = await allPages((pageToken) => client.getLogs({ pageSize, pageToken }));
  return pages.flatMap((page) => page.logs);
}

/** Every record of a trace, oldest first. */
export async function allLogsOfTrace(client: ContractClient, traceId: string, pageSize = 10_000): Promise<QueryLog[]> {
  const pages = await allPages((pageToken) => client.getLogsByTraceId({ traceId, pageSize, pageToken }));
  return pages.flatMap((page) => page.logs);
}
