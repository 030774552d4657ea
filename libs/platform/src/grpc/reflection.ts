import { status, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  descriptorSet,
  indexSymbols,
  ServerReflectionService,
  ServerReflectionV1AlphaService,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '#proto';

/** Both versions have the same messages, so one implementation serves both. */
const VERSIONS = [
  { name: 'grpc.reflection.v1.ServerReflection', definition: ServerReflectionService },
  { name: 'grpc.reflection.v1alpha.ServerReflection', definition: ServerReflectionV1AlphaService },
] as const;

type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;

const notFound = (what: string): Answer => ({
  $case: 'errorResponse',
  value: { errorCode: status.NOT_FOUND, errorMessage: `${what} is not known here.` },
});

const filesOr = (files: readonly Uint8Array[] | undefined, what: string): Answer =>
  files === undefined
    ? notFound(what)
    : {
        $case: 'fileDescriptorResponse',
        value: { fileDescriptorProto: files.map((file) => Buffer.from(file.buffer, file.byteOffset, file.byteLength)) },
      };

/**
 * Server reflection (grpc.reflection v1 and v1alpha) from the descriptors that `buf build` wrote, byte for byte.
 * The stock package rebuilds descriptors from its own model and breaks on map fields and Struct.
 *
 * @param services full names of the services that are really served; the reflection services list themselves too
 */
export class ServerReflection {
  private readonly index = indexSymbols(descriptorSet());
  private readonly names: readonly string[];

  constructor(services: readonly string[]) {
    this.names = [...services, ...VERSIONS.map((version) => version.name)].sort();
  }

  addTo(server: Server): void {
    for (const { definition } of VERSIONS) {
      server.addService(definition, { serverReflectionInfo: (call: ReflectionCall) => this.serve(call) });
    }
  }

  private serve(call: ReflectionCall): void {
    call.on('data', (request: ServerReflectionRequest) => {
      const response: ServerReflectionResponse = {
        validHost: request.host,
        originalRequest: request,
        messageResponse: this.answer(request),
      };
      if (!call.write(response)) {
        call.pause();
        call.once('drain', () => call.resume());
      }
    });
    call.on('end', () => call.end());
  }

  /** One answer a request; what is not known is an answer too, and the stream goes on. */
  private answer(request: ServerReflectionRequest): Answer {
    const asked = request.messageRequest;
    switch (asked?.$case) {
      case 'listServices':
        return { $case: 'listServicesResponse', value: { service: this.names.map((name) => ({ name })) } };
      case 'fileByFilename':
        return filesOr(this.index.fileByName(asked.value), `The file ${asked.value}`);
      case 'fileContainingSymbol':
        return filesOr(this.index.fileBySymbol(asked.value), `The symbol ${asked.value}`);
      case 'allExtensionNumbersOfType':
        // No message of the contract can be extended.
        return descriptorSet().registry.getMessage(asked.value) === undefined
          ? notFound(`The message ${asked.value}`)
          : { $case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber: [] } };
      case 'fileContainingExtension':
        return notFound(`Extension ${asked.value.extensionNumber} of ${asked.value.containingType}`);
      case undefined:
        return {
          $case: 'errorResponse',
          value: { errorCode: status.INVALID_ARGUMENT, errorMessage: 'message_request: must be set' },
        };
    }
  }
}

type ReflectionCall = ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>;
