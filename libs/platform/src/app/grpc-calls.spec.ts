import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { BadRequest, LogIngestionServiceService, QueryServiceService, RetryInfo, RpcStatus, TraceIdRequest } from '#proto';
import type { Caller } from '../caller/caller.js';
import { CurrentCaller } from '../caller/current-caller.js';
import { loadConfig } from '../config/load-config.js';
import { overloaded, storeFailed, traceNotFound } from '../errors/errors.js';
import { STATUS_DETAILS_KEY } from '../errors/service-error.js';
import { CallSignal } from '../grpc/call-signal.js';
import { DecodePipe } from '../grpc/decode-pipe.js';
import { createLogger } from '../logging/logger.js';
import { startServers, type RunningServers } from './start-servers.js';

const lines: string[] = [];
const config = loadConfig('all-in-one', { GRPC_PORT: '0', HTTP_PORT: '0', LOG_FORMAT: 'json', ROOTSPAN_MAX_CALL_BYTES: '1MiB' });
const logger = createLogger(config, { destination: { write: (line) => lines.push(line) }, terminal: false });
const services = [
  { name: 'logs.LogIngestionService', definition: LogIngestionServiceService },
  { name: 'query.QueryService', definition: QueryServiceService },
];

let aborted: ((reason: unknown) => void) | undefined;

@Controller()
class EchoController {
  @GrpcMethod('LogIngestionService', 'SendLog')
  sendLog(@Payload() body: Buffer, @CurrentCaller() caller: Caller) {
    return { status: `${Buffer.isBuffer(body)} ${body.length} ${caller.tenant}` };
  }

  @GrpcMethod('LogIngestionService', 'SendLogs')
  sendLogs(): never {
    throw overloaded(1_250);
  }

  @GrpcMethod('QueryService', 'GetLogs')
  getLogs(): never {
    throw storeFailed('logsFailed', new Error('connect postgres://me:hidden@db/logs'));
  }

  @GrpcMethod('QueryService', 'GetDags')
  getDags(): never {
    throw new TypeError('the inside of the program');
  }

  @GrpcMethod('query.QueryService', 'GetLogsByTraceId')
  getLogsByTraceId(@Payload(new DecodePipe(TraceIdRequest)) request: TraceIdRequest): never {
    throw traceNotFound(request.traceId);
  }

  @GrpcMethod('QueryService', 'GetDagByTraceId')
  getDagByTraceId(@CallSignal() signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted?.(signal.reason);
        reject(signal.reason);
      });
    });
  }
}

class EchoModule {}

let servers: RunningServers;
let client: Client;

/** One unary call with a body of raw bytes; resolves to the answer's bytes or to the error. */
function call(
  path: string,
  body: Buffer,
  metadata = new Metadata(),
  deadline = Date.now() + 20_000,
): Promise<Buffer | ServiceError> {
  const asIs = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, asIs, asIs, body, metadata, { deadline }, (error, answer) =>
      resolve(error ?? answer ?? Buffer.alloc(0)),
    );
  });
}

async function failure(path: string, body = Buffer.alloc(0), metadata?: Metadata, deadline?: number): Promise<ServiceError> {
  const answer = await call(path, body, metadata, deadline);
  if (Buffer.isBuffer(answer)) {
    throw new Error(`expected an error, got ${answer.toString()}`);
  }
  return answer;
}

/** The google.rpc details of an error. */
function detailsOf(error: ServiceError) {
  const [bytes] = error.metadata.get(STATUS_DETAILS_KEY);
  return Buffer.isBuffer(bytes) ? RpcStatus.decode(bytes) : undefined;
}

beforeAll(async () => {
  servers = await startServers({
    config,
    logger,
    modules: [{ module: EchoModule, controllers: [EchoController] }],
    grpcServices: services,
  });
  client = new Client(servers.addresses['grpc'] ?? '', credentials.createInsecure());
}, 60_000);

afterAll(async () => {
  client.close();
  await servers.close();
}, 60_000);

describe('A gRPC call', () => {
  it('reaches its handler as raw bytes, with the default tenant', async () => {
    const answer = await call('/logs.LogIngestionService/SendLog', Buffer.from([0xff, 0xff]));
    expect(String(answer)).toContain('true 2 default');
  });

  it('carries the tenant of its metadata', async () => {
    const metadata = new Metadata();
    metadata.set('X-Scope-OrgID', 'team_a');
    expect(String(await call('/logs.LogIngestionService/SendLog', Buffer.alloc(0), metadata))).toContain('true 0 team_a');
  });

  it.each(['', 'a b', 'x'.repeat(65), 'ü'.normalize('NFD').replace(/[^u]/g, '!')])(
    'is refused for the tenant "%s"',
    async (tenant) => {
      const metadata = new Metadata();
      metadata.set('tenant-id', tenant);
      const error = await failure('/logs.LogIngestionService/SendLog', undefined, metadata);
      expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^tenant-id: must be/) });
    },
  );

  it('is refused for two different tenants, not for the same one twice', async () => {
    const metadata = new Metadata();
    metadata.add('tenant-id', 'a');
    metadata.add('x-scope-orgid', 'a');
    expect(String(await call('/logs.LogIngestionService/SendLog', Buffer.alloc(0), metadata))).toContain('true 0 a');
    metadata.set('x-scope-orgid', 'b');
    expect(await failure('/logs.LogIngestionService/SendLog', undefined, metadata)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'x-scope-orgid: names another tenant than "a": send one tenant a call',
    });
  });

  it('is told when to come again', async () => {
    const error = await failure('/logs.LogIngestionService/SendLogs');
    expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: expect.stringContaining('1250 ms') });
    const details = detailsOf(error);
    expect(details).toMatchObject({ code: status.RESOURCE_EXHAUSTED, message: error.details });
    expect(details?.details.map((detail) => detail.typeUrl)).toEqual(['type.googleapis.com/google.rpc.RetryInfo']);
    expect(RetryInfo.decode(details?.details[0]?.value ?? Buffer.alloc(0)).retryDelay).toEqual({
      seconds: '1',
      nanos: 250_000_000,
    });
  });

  it('gets the exact text of a store failure, and our log its cause without the password', async () => {
    expect(await failure('/query.QueryService/GetLogs')).toMatchObject({
      code: status.INTERNAL,
      details: 'Failed to fetch logs.',
    });
    expect(lines.join('')).toContain('postgres://me:***@db/logs');
    expect(lines.join('')).not.toContain('hidden');
  });

  it('is told nothing of what was not foreseen', async () => {
    const error = await failure('/query.QueryService/GetDags');
    expect(error).toMatchObject({ code: status.INTERNAL, details: 'Internal error.' });
    expect(JSON.stringify(error.metadata.getMap())).not.toContain('inside');
    expect(lines.join('')).toContain('the inside of the program');
  });

  it('is decoded by the pipe', async () => {
    const body = Buffer.from(TraceIdRequest.encode({ traceId: 'abc"', pageSize: 3, pageToken: '' }).finish());
    expect(await failure('/query.QueryService/GetLogsByTraceId', body)).toMatchObject({
      code: status.NOT_FOUND,
      details: 'No record of trace "abc\\"" is stored.',
    });
  });

  it.each([
    ['bad UTF-8', [0x0a, 1, 0xff], 'trace_id: must be valid UTF-8', 'trace_id'],
    ['U+0000', [0x1a, 1, 0], 'page_token: must not hold U+0000', 'page_token'],
    ['a cut off field', [0x0a, 5, 0x61], 'trace_id: is cut off: its length reaches past the end', 'trace_id'],
    ['no protobuf at all', [0xff, 0xff], 'The body is not a query.TraceIdRequest: it is cut off inside a number.', undefined],
  ])('with %s is INVALID_ARGUMENT', async (_, body, text, field) => {
    const error = await failure('/query.QueryService/GetLogsByTraceId', Buffer.from(body));
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: text });
    const [detail] = detailsOf(error)?.details ?? [];
    expect(detail && BadRequest.decode(detail.value).fieldViolations[0]?.field).toBe(field);
  });

  it('larger than the limit is RESOURCE_EXHAUSTED, and the server lives on', async () => {
    const error = await failure('/logs.LogIngestionService/SendLog', Buffer.alloc(3 << 20));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(String(await call('/logs.LogIngestionService/SendLog', Buffer.alloc(1 << 20)))).toContain('true 1048576');
  });

  it('to an rpc without a handler is UNIMPLEMENTED', async () => {
    expect(await failure('/logs.LogIngestionService/StreamLogs')).toMatchObject({ code: status.UNIMPLEMENTED });
    expect(await failure('/logs.Nothing/AtAll')).toMatchObject({ code: status.UNIMPLEMENTED });
  });

  it('aborts its signal when the deadline passes', async () => {
    const reason = new Promise((resolve) => (aborted = resolve));
    const error = await failure('/query.QueryService/GetDagByTraceId', undefined, undefined, Date.now() + 200);
    expect(error.code).toBe(status.DEADLINE_EXCEEDED);
    expect(await reason).toMatchObject({ code: expect.stringMatching(/deadline_exceeded|cancelled/) });
  });
});
