import { status, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { BadRequest, RetryInfo, RpcStatus } from '#proto';

export type StatusName = keyof typeof status;

/** How a call ended, as its caller sees it. */
export type Outcome<T> =
  | { readonly status: 'OK'; readonly value: T }
  | {
      readonly status: StatusName;
      /** The status message. */
      readonly details: string;
      /** Fields that the error's BadRequest detail names. */
      readonly fields: readonly string[];
      /** True where the error carries a RetryInfo: sending again makes sense. */
      readonly retryable: boolean;
    };

/** Turns a call into what became of it, so that a test can compare all of it at once. */
export async function outcomeOf<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { status: 'OK', value: await call };
  } catch (error) {
    if (!isServiceError(error)) throw error;
    const details = richDetails(error.metadata);
    return { status: statusName(error.code), details: error.details, ...details };
  }
}

function richDetails(metadata: Metadata): { fields: string[]; retryable: boolean } {
  const fields: string[] = [];
  let retryable = false;
  for (const bytes of metadata.get('grpc-status-details-bin')) {
    for (const { typeUrl, value } of RpcStatus.decode(Buffer.from(bytes)).details) {
      if (typeUrl.endsWith('/google.rpc.BadRequest')) {
        fields.push(...BadRequest.decode(value).fieldViolations.map((violation) => violation.field));
      } else if (typeUrl.endsWith('/google.rpc.RetryInfo')) {
        retryable = RetryInfo.decode(value).retryDelay !== undefined;
      }
    }
  }
  return { fields, retryable };
}

function statusName(code: number): StatusName {
  const name = status[code];
  if (name === undefined) throw new Error(`gRPC has no status ${code}.`);
  return name as StatusName;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'metadata' in error;
}
