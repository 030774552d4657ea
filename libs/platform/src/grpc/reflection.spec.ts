import { Client, credentials, status, type MethodDefinition } from '@grpc/grpc-js';
import { create, createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { service as healthService } from 'grpc-health-check';
import {
  descriptorSet,
  LogIngestionServiceService,
  QueryServiceService,
  ServerReflectionService,
  ServerReflectionV1AlphaService,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '#proto';
import { loadConfig } from '../config/load-config.js';
import { ReadinessRegistry } from '../health/readiness.js';
import { createLogger } from '../logging/logger.js';
import { RootspanGrpcServer } from './server.js';

type Asked = NonNullable<ServerReflectionRequest['messageRequest']>;

const logger = createLogger(loadConfig('all-in-one', { LOG_LEVEL: 'silent' }));
const readiness = new ReadinessRegistry({ checkTimeoutMs: 1_000, cacheMs: 0 });
const server = new RootspanGrpcServer({
  variable: 'GRPC_PORT',
  host: '127.0.0.1',
  port: 0,
  services: [
    { name: 'logs.LogIngestionService', definition: LogIngestionServiceService },
    { name: 'query.QueryService', definition: QueryServiceService },
  ],
  maxReceiveBytes: 1 << 20,
  readiness,
  logger,
  shutdownMs: 200,
});
let client: Client;

beforeAll(async () => {
  await new Promise<void>((resolve, reject) => {
    void server.listen((error) => (error === undefined ? resolve() : reject(error)));
  });
  client = new Client(`127.0.0.1:${server.boundPort}`, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await server.close();
});

/** Asks all questions on one stream; the answers come in their order. */
function ask(version: 'v1' | 'v1alpha', ...questions: readonly Asked[]): Promise<readonly ServerReflectionResponse[]> {
  const method = (version === 'v1' ? ServerReflectionService : ServerReflectionV1AlphaService).serverReflectionInfo;
  const stream = client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, {
    deadline: Date.now() + 20_000,
  });
  const answers: ServerReflectionResponse[] = [];
  questions.forEach((messageRequest) => stream.write({ host: 'h', messageRequest }));
  stream.end();
  return new Promise((resolve, reject) => {
    stream.on('data', (answer: ServerReflectionResponse) => answers.push(answer));
    stream.on('end', () => resolve(answers));
    stream.on('error', reject);
  });
}

/** The serialized files of an answer. */
function filesIn(answer: ServerReflectionResponse | undefined): readonly Buffer[] {
  if (answer?.messageResponse?.$case !== 'fileDescriptorResponse') {
    throw new Error(`no files: ${JSON.stringify(answer)}`);
  }
  return answer.messageResponse.value.fileDescriptorProto;
}

describe.each(['v1', 'v1alpha'] as const)('Server reflection %s', (version) => {
  it('lists the services that are served', async () => {
    const [answer] = await ask(version, { $case: 'listServices', value: '' });
    expect(answer?.messageResponse).toEqual({
      $case: 'listServicesResponse',
      value: {
        service: [
          { name: 'grpc.health.v1.Health' },
          { name: 'grpc.reflection.v1.ServerReflection' },
          { name: 'grpc.reflection.v1alpha.ServerReflection' },
          { name: 'logs.LogIngestionService' },
          { name: 'query.QueryService' },
        ],
      },
    });
  });

  it('serves every message and service with all that it imports, byte for byte', async () => {
    const known = new Map(descriptorSet().files.map((file) => [file.name, Buffer.from(file.bytes)]));
    const declared = [...descriptorSet().registry];
    const answers = await ask(
      version,
      ...declared.map(({ typeName }) => ({ $case: 'fileContainingSymbol', value: typeName }) as const),
    );
    const registries = new Map<string, FileRegistry>();
    for (const [at, { typeName, kind }] of declared.entries()) {
      const files = filesIn(answers[at]);
      const parsed = files.map((file) => fromBinary(FileDescriptorProtoSchema, file));
      parsed.forEach(({ name }, index) => expect(files[index]).toEqual(known.get(name)));
      const [main] = parsed;
      const name = main?.name ?? '';
      // Clients build their types from these files alone; this throws where an import is missing.
      const registry = registries.get(name) ?? createFileRegistry(create(FileDescriptorSetSchema, { file: parsed.reverse() }));
      registries.set(name, registry);
      expect(registry.get(typeName)?.kind).toBe(kind);
    }
  }, 60_000);

  it('serves maps and Struct as they are declared', async () => {
    const [answer] = await ask(version, { $case: 'fileContainingSymbol', value: 'query.QueryService' });
    const files = filesIn(answer).map((file) => fromBinary(FileDescriptorProtoSchema, file));
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files.reverse() }));
    const field = (message: string, name: string) => registry.getMessage(message)?.fields.find((some) => some.name === name);
    expect(field('query.Log', 'attributes')?.fieldKind).toBe('map');
    expect(field('query.Dag', 'dag_json')?.message?.typeName).toBe('google.protobuf.Struct');
    expect(field('query.Log', 'trace_id')?.jsonName).toBe('traceId');
  });

  it('says what it does not know and goes on', async () => {
    const answers = await ask(
      version,
      { $case: 'fileByFilename', value: 'nowhere.proto' },
      { $case: 'fileContainingSymbol', value: 'logs.Nothing' },
      { $case: 'fileContainingExtension', value: { containingType: 'logs.Log', extensionNumber: 5 } },
      { $case: 'allExtensionNumbersOfType', value: 'logs.Nothing' },
      { $case: 'allExtensionNumbersOfType', value: 'logs.Log' },
      { $case: 'fileByFilename', value: 'log.proto' },
    );
    const kinds = answers.map(({ messageResponse }) =>
      messageResponse?.$case === 'errorResponse' ? messageResponse.value.errorCode : messageResponse?.$case,
    );
    expect(kinds).toEqual([...Array<number>(4).fill(status.NOT_FOUND), 'allExtensionNumbersResponse', 'fileDescriptorResponse']);
    expect(answers[0]).toMatchObject({ validHost: 'h', originalRequest: { messageRequest: { value: 'nowhere.proto' } } });
  });
});

describe('grpc.health.v1', () => {
  const check = healthService['Check'] as MethodDefinition<{ service: string }, { status: string }>;

  /** The status of a service, or the code of the error. */
  const statusOf = (name: string): Promise<unknown> =>
    new Promise((resolve) => {
      client.makeUnaryRequest(check.path, check.requestSerialize, check.responseDeserialize, { service: name }, (error, answer) =>
        resolve(error === null ? answer?.status : error.code),
      );
    });

  const become = async (name: string, wanted: string) => {
    const until = Date.now() + 20_000;
    while ((await statusOf(name)) !== wanted && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await statusOf(name)).toBe(wanted);
  };

  it('follows readiness, for the server and each service', async () => {
    await become('', 'SERVING');
    const remove = readiness.add({ name: 'Kafka', check: () => Promise.resolve({ ok: false, reason: 'away' }) });
    await become('', 'NOT_SERVING');
    expect(await statusOf('query.QueryService')).toBe('NOT_SERVING');
    remove();
    await become('logs.LogIngestionService', 'SERVING');
  });

  it('does not know other services', async () => {
    expect(await statusOf('logs.Nothing')).toBe(status.NOT_FOUND);
  });
});
