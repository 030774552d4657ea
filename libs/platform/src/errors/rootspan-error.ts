import type { status } from '@grpc/grpc-js';
import { ERROR_KINDS, type ErrorCode, type ErrorName } from './catalogue.js';

export interface RootspanErrorDetails {
  /** The request's field at fault, as the contract spells it (`trace_id`). */
  readonly field?: string;
  /** What is wrong with the field, without its name. */
  readonly reason?: string;
  /** Milliseconds after which sending again makes sense. */
  readonly retryAfterMs?: number;
  /** For our own log; never sent. */
  readonly cause?: unknown;
}

/** An error that a caller is told of, by gRPC and HTTP alike. Made by the functions in `errors.ts`. */
export class RootspanError extends Error {
  override readonly name = 'RootspanError';
  readonly code: ErrorCode;
  readonly grpcStatus: status;
  readonly httpStatus: number;
  readonly title: string;
  readonly field: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorName, message: string, details: RootspanErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { code, grpc, http, title } = ERROR_KINDS[kind];
    this.code = code;
    this.grpcStatus = grpc;
    this.httpStatus = http;
    this.title = title;
    this.field = details.field;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}
