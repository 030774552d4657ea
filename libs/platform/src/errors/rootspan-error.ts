import type { status } from '@grpc/grpc-js';
import { ERROR_KINDS, type ErrorCode, type ErrorName } from './catalogue.js';

export interface RootspanErrorDetails {
  /** The request's field at fault, as the contract spells it (`trace_id`). */
  readonly field?: string;
  /** What is wrong with the field, without its name. */
  readonly reason?: string;
  /** Milliseconds after which sending again makes sense. */
  readonly retryAfterMs?: number;
  /** Methods that may be used instead, separated by commas (HTTP). */
  readonly allow?: string;
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
  readonly allow: string | undefined;

  constructor(
    readonly kind: ErrorName,
    message: string,
    details: RootspanErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { code, grpc, http, title } = ERROR_KINDS[kind];
    this.code = code;
    this.grpcStatus = grpc;
    this.httpStatus = http;
    this.title = title;
    this.field = details.field;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
    this.allow = details.allow;
  }

  /** The same error where the field has another name, as in another protocol. */
  withField(field: string): RootspanError {
    const { reason, retryAfterMs, allow, cause } = this;
    const prefix = `${this.field}: `;
    const message = this.message.startsWith(prefix) ? `${field}: ${this.message.slice(prefix.length)}` : this.message;
    return new RootspanError(this.kind, message, { field, reason, retryAfterMs, allow, cause });
  }
}
