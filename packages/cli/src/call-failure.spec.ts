import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { RetryInfo, RpcStatus } from '#proto';
import { failureOfCall } from './call-failure.js';

function serviceError(code: status, details: string, saysRetry = false): ServiceError {
  const metadata = new Metadata();
  if (saysRetry) {
    const detail = {
      typeUrl: 'type.googleapis.com/google.rpc.RetryInfo',
      value: Buffer.from(RetryInfo.encode({ retryDelay: undefined }).finish()),
    };
    metadata.set(
      'grpc-status-details-bin',
      Buffer.from(RpcStatus.encode({ code, message: details, details: [detail] }).finish()),
    );
  }
  return Object.assign(new Error(details), { code, details, metadata });
}

const failure = (...given: Parameters<typeof serviceError>) => failureOfCall(serviceError(...given), '127.0.0.1:50051', 30_000);

describe('A failed call', () => {
  it.each([
    [3, status.NOT_FOUND, false],
    [2, status.INVALID_ARGUMENT, false],
    [2, status.RESOURCE_EXHAUSTED, false],
    [4, status.RESOURCE_EXHAUSTED, true],
    [4, status.UNAVAILABLE, true],
    [4, status.DEADLINE_EXCEEDED, false],
    [1, status.INTERNAL, false],
    [1, status.UNIMPLEMENTED, false],
  ] as const)('ends with %i for status %i (says when to retry: %p)', (exitCode, code, saysRetry) => {
    expect(failure(code, 'details', saysRetry).exitCode).toBe(exitCode);
  });

  it('is worth another try only where that can help', () => {
    expect(failure(status.UNAVAILABLE, 'the bus is away', true).retryable).toBe(true);
    expect(failure(status.RESOURCE_EXHAUSTED, 'too large').retryable).toBe(false);
    expect(failure(status.INVALID_ARGUMENT, 'bad').retryable).toBe(false);
  });

  it('says how to start Rootspan where nobody listens, and the reason in few words', () => {
    const details =
      'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:50051. Resolution note: none of it';
    const { message, fix } = failure(status.UNAVAILABLE, details);
    expect(message).toBe('Rootspan does not answer at 127.0.0.1:50051 (connect ECONNREFUSED 127.0.0.1:50051).');
    expect(fix).toContain('npm start');
  });
});
