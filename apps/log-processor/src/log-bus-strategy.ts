import type { INestApplication } from '@nestjs/common';
import { LOG_SOURCE, type LogSource } from '#bus';
import { LOG_WRITER, type LogWriter } from '#db';
import { ClosingError, LOGGER, type Logger } from '#platform';
import { STORE_READY, type StoreReady } from './store-ready.js';
import { LogBusServer } from './store/log-bus-server.js';

/**
 * The server that receives from the bus, made of what the program's adapters provide. It begins once the store is ready.
 *
 * @param busReady resolves once the bus may be read; by default it always may
 */
export function logBusStrategy(app: INestApplication, busReady: () => Promise<void> = () => Promise.resolve()): LogBusServer {
  const find = { strict: false };
  const logger = app.get<Logger>(LOGGER, find);
  const storeReady = app.get<StoreReady>(STORE_READY, find);
  const ready = async (): Promise<void> => {
    await storeReady();
    await busReady();
  };
  return new LogBusServer(app.get<LogSource>(LOG_SOURCE, find), app.get<LogWriter>(LOG_WRITER, find), ready, (error) => {
    if (!(error instanceof ClosingError)) logger.error({ err: error }, 'Reading from the bus could not be started.');
  });
}
