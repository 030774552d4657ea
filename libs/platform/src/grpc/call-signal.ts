import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { cancelled, deadlineExceeded } from '../errors/errors.js';

/** Made once: grpc-js tells of `cancelled` after calls that were answered too, and an error's stack is dear. */
const DEADLINE_EXCEEDED = deadlineExceeded();
const CANCELLED = cancelled();

/** The part of a grpc-js server call that tells of its end. */
export interface EndingCall {
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  once(event: 'cancelled', listener: () => void): unknown;
}

/**
 * Aborts when the caller has gone or its deadline has passed; the reason is the matching RootspanError.
 * grpc-js tells of both by the same event, so the clock decides which one it was.
 */
export function signalOf(call: EndingCall): AbortSignal {
  const controller = new AbortController();
  const abort = () => {
    const deadline = call.getDeadline();
    controller.abort(Date.now() >= Number(deadline) ? DEADLINE_EXCEEDED : CANCELLED);
  };
  if (call.cancelled) {
    abort();
  } else {
    call.once('cancelled', abort);
  }
  return controller.signal;
}

/** Parameter of a gRPC handler: the AbortSignal of its call. */
export const CallSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal =>
  signalOf(context.getArgByIndex<EndingCall>(2)),
);
