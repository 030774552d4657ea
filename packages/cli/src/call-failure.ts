import { status, type ServiceError } from '@grpc/grpc-js';
import { RpcStatus } from '#proto';
import { EXIT, Failure } from './failure.js';

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/**
 * What a failed gRPC call means to the person at the terminal.
 * @param address host:port that was called
 * @param timeoutMs how long an answer was waited for
 */
export function failureOfCall(error: ServiceError, address: string, timeoutMs: number): Failure {
  const { code, details } = error;
  const saysRetry = detailTypes(error).includes(RETRY_INFO);
  switch (code) {
    case status.NOT_FOUND:
      return new Failure(EXIT.notFound, details);
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
      return new Failure(EXIT.usage, details);
    case status.UNAVAILABLE:
      return saysRetry ? new Failure(EXIT.unavailable, details, 'try again in a moment', true) : unreachable(address, details);
    case status.DEADLINE_EXCEEDED:
      return new Failure(
        EXIT.unavailable,
        `${address} did not answer within ${timeoutMs / 1000} s.`,
        'ask for less (--from, --to, --limit), or wait longer: --timeout SECONDS',
        true,
      );
    case status.RESOURCE_EXHAUSTED:
      return saysRetry ? new Failure(EXIT.unavailable, details, 'try again in a moment', true) : new Failure(EXIT.usage, details); // too large, and will be
    case status.UNIMPLEMENTED:
      return new Failure(
        EXIT.failed,
        `${address} does not serve this call: ${details}`,
        'where Rootspan runs as separate programs, log-ingest takes `send` (port 50051) and query-service all else (port 50052)',
      );
    default:
      return new Failure(EXIT.failed, `${status[code] ?? `status ${String(code)}`}: ${details}`);
  }
}

/** Nobody listens, the name is unknown, or something else than Rootspan's gRPC server answers. */
function unreachable(address: string, details: string): Failure {
  const fix =
    'start it with `npm start` in the folder of Rootspan, or say where it runs: --address HOST:PORT (or ROOTSPAN_ADDRESS)';
  return new Failure(EXIT.unavailable, `Rootspan does not answer at ${address} (${reasonIn(details)}).`, fix, true);
}

/** grpc-js tells of the resolver, of each try and of metadata; the last error is what helps. */
function reasonIn(details: string): string {
  const reason = /Last error: (?:Error: )?(.*?)(?:\. Resolution note:.*)?$/s.exec(details)?.[1] ?? details;
  return reason.replace(/\.$/, '');
}

function detailTypes(error: ServiceError): string[] {
  return error.metadata.get('grpc-status-details-bin').flatMap((bytes) => {
    return RpcStatus.decode(Buffer.from(bytes)).details.map(({ typeUrl }) => typeUrl);
  });
}

/** Whether a rejection is a gRPC status. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'metadata' in error;
}
