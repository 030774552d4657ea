import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { BadRequest, RetryInfo, RpcStatus } from '#proto';
import { internal } from './errors.js';
import { RootspanError } from './rootspan-error.js';

/** The trailer that carries a serialized google.rpc.Status (gRFC A4's "richer error model"). */
export const STATUS_DETAILS_KEY = 'grpc-status-details-bin';

const TYPE_PREFIX = 'type.googleapis.com/';

/** What grpc-js sends as a call's end. An Error, so that streams can emit it. */
export type GrpcStatusError = Error & StatusObject;

function any(name: string, value: Uint8Array) {
  return { typeUrl: TYPE_PREFIX + name, value: Buffer.from(value) };
}

/** BadRequest names the field of an INVALID_ARGUMENT; RetryInfo stands wherever sending again makes sense. */
function detailsOf(error: RootspanError) {
  const details = [];
  if (error.grpcStatus === status.INVALID_ARGUMENT && error.field !== undefined) {
    const violation = { field: error.field, description: error.reason ?? error.message };
    details.push(any('google.rpc.BadRequest', BadRequest.encode({ fieldViolations: [violation] }).finish()));
  }
  if (error.retryAfterMs !== undefined) {
    const seconds = Math.floor(error.retryAfterMs / 1_000);
    const nanos = Math.round((error.retryAfterMs - seconds * 1_000) * 1e6);
    details.push(any('google.rpc.RetryInfo', RetryInfo.encode({ retryDelay: { seconds: String(seconds), nanos } }).finish()));
  }
  return details;
}

/** The error as a google.rpc.Status. */
export function toRpcStatus(error: RootspanError): RpcStatus {
  return { code: error.grpcStatus, message: error.message, details: detailsOf(error) };
}

/** An error as grpc-js wants it. What is no RootspanError becomes INTERNAL with nothing of it told. */
export function toServiceError(error: unknown): GrpcStatusError {
  const known = error instanceof RootspanError ? error : internal(error);
  const metadata = new Metadata();
  const rich = toRpcStatus(known);
  if (rich.details.length > 0) metadata.set(STATUS_DETAILS_KEY, Buffer.from(RpcStatus.encode(rich).finish()));
  return Object.assign(new Error(known.message), { code: known.grpcStatus, details: known.message, metadata });
}
