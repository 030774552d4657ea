import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * The same service with requests left as bytes. grpc-js answers INTERNAL where a deserializer throws, and the contract
 * asks for INVALID_ARGUMENT; moreover ingest never needs the objects. Answers are serialized as before.
 */
export function rawRequests(definition: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(definition).map(([name, method]: [string, MethodDefinition<unknown, unknown>]) => [
      name,
      { ...method, requestDeserialize: asIs },
    ]),
  );
}
