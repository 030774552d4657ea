import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The part of a grpc-js call that streams answers. */
export interface OutgoingCall<T> {
  readonly cancelled: boolean;
  /** False: wait for `drain` before the next one. */
  write(message: T): boolean;
  once(event: 'drain' | 'cancelled', listener: () => void): unknown;
  off(event: 'drain' | 'cancelled', listener: () => void): unknown;
}

/** Parameter of a handler of a server stream: the call, for those who write only as fast as the caller reads. */
export const OutgoingStream = createParamDecorator((_: unknown, context: ExecutionContext): OutgoingCall<unknown> =>
  context.getArgByIndex<OutgoingCall<unknown>>(2),
);

/** Writes a message; resolves where the next one may be written, or the caller has gone. */
export async function writeWaiting<T>(call: OutgoingCall<T>, message: T): Promise<void> {
  if (call.cancelled || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      call.off('drain', end);
      call.off('cancelled', end);
      resolve();
    };
    call.once('drain', end);
    call.once('cancelled', end);
  });
}
