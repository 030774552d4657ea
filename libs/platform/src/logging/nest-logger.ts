import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** What Nest tells of its own start: of interest to those who work on Rootspan only. */
const CHATTER = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
  'WebSocketsController',
]);

/** Nest logs what it then throws; whoever starts the program reports that, once. */
const REPORTED_BY_THROWING = 'ExceptionHandler';

/**
 * Nest's log as lines of ours. Nest calls `log(message, ...more, context)`, and `error(message, stack, context)`
 * where the stack may be missing.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...more: unknown[]): void {
    const context = more.at(-1);
    this.write(typeof context === 'string' && CHATTER.has(context) ? 'debug' : 'info', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write(more.at(-1) === REPORTED_BY_THROWING ? 'debug' : 'error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    more: readonly unknown[],
  ): void {
    if (!this.logger.isLevelEnabled(level)) {
      return;
    }
    const texts = more.filter((part): part is string => typeof part === 'string');
    const context = texts.findLast((text) => !text.includes('\n'));
    const stack = texts.find((text) => text.includes('\n'));
    const fields = { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }) };
    if (message instanceof Error) {
      this.logger[level]({ ...fields, err: message }, message.message);
    } else {
      this.logger[level](fields, typeof message === 'string' ? message : JSON.stringify(message));
    }
  }
}
