import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { cancelled } from '../errors/errors.js';
import type { HttpReply } from './exchange.js';

/** Aborts when the caller goes away before the answer was sent; the reason is the RootspanError `cancelled`. */
export function signalOfReply({ raw }: Pick<HttpReply, 'raw'>): AbortSignal {
  const controller = new AbortController();
  const onClose = () => {
    if (!raw.writableFinished) controller.abort(cancelled());
  };
  if (raw.destroyed) onClose();
  else raw.once('close', onClose);
  return controller.signal;
}

/** Parameter of an HTTP handler: the AbortSignal of its request. */
export const RequestSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal =>
  signalOfReply(context.switchToHttp().getResponse<HttpReply>()),
);
