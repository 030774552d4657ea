import { setLogger } from '@grpc/grpc-js';
import type { Logger } from '../logging/logger.js';

/**
 * Sends what grpc-js tells of itself to our log instead of standard error. At debug, since whatever matters reaches us
 * as an error too. One setting for the whole process, as grpc-js has it.
 */
export function quietGrpcLog(logger: Logger): void {
  const write = (...parts: readonly unknown[]) => logger.debug({ context: 'grpc-js' }, parts.map(String).join(' '));
  setLogger({ error: write, info: write, debug: write });
}
