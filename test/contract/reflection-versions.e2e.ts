/** Reflection in both versions, as clients that are not grpcurl ask for it (contract section 2). */
import { Client, credentials } from '@grpc/grpc-js';
import { ServerReflectionService, ServerReflectionV1AlphaService, type ServerReflectionResponse } from '#proto';
import { useTestBed } from '../support/test-bed.js';

type Asked = NonNullable<Parameters<typeof ServerReflectionService.serverReflectionInfo.requestSerialize>[0]['messageRequest']>;

describe.each([
  ['v1', ServerReflectionService.serverReflectionInfo],
  ['v1alpha', ServerReflectionV1AlphaService.serverReflectionInfo],
] as const)('reflection %s', (_, method) => {
  const bed = useTestBed();
  let client: Client;

  beforeAll(async () => {
    client = new Client((await bed.allInOne()).grpc, credentials.createInsecure());
    bed.defer(() => client.close());
  });

  /** Asks all questions on one stream. */
  function ask(...questions: readonly Asked[]): Promise<ServerReflectionResponse['messageResponse'][]> {
    return new Promise((resolve, reject) => {
      const answers: ServerReflectionResponse['messageResponse'][] = [];
      const call = client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
      call.on('data', (response: ServerReflectionResponse) => answers.push(response.messageResponse));
      call.on('error', reject);
      call.on('end', () => resolve(answers));
      for (const messageRequest of questions) call.write({ host: '', messageRequest });
      call.end();
    });
  }

  it('lists the services of both apps on the one port', async () => {
    const [answer] = await ask({ $case: 'listServices', value: '' });
    const names = answer?.$case === 'listServicesResponse' ? answer.value.service.map((service) => service.name) : [];
    expect(names).toEqual(expect.arrayContaining(['logs.LogIngestionService', 'query.QueryService', 'grpc.health.v1.Health']));
  });

  it('gives files for symbols, nested ones too, with all that they import', async () => {
    const answers = await ask(
      { $case: 'fileContainingSymbol', value: 'query.Dag' },
      { $case: 'fileContainingSymbol', value: 'logs.Log.AttributesEntry' },
      { $case: 'fileContainingSymbol', value: 'query.QueryService.GetLogs' },
      { $case: 'fileByFilename', value: 'google/protobuf/struct.proto' },
    );
    expect(answers.map((answer) => answer?.$case)).toEqual(Array.from({ length: 4 }, () => 'fileDescriptorResponse'));
  });

  it('answers an unknown symbol with an error and goes on', async () => {
    const answers = await ask(
      { $case: 'fileContainingSymbol', value: 'no.such.Symbol' },
      { $case: 'fileContainingSymbol', value: 'logs.Log' },
    );
    expect(answers.map((answer) => answer?.$case)).toEqual(['errorResponse', 'fileDescriptorResponse']);
  });
});
