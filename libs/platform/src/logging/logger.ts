import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Config } from '../config/config.js';
import { redactUrl } from '../config/redact.js';

export type { Logger } from 'pino';

/** Keys whose values are never written, at the top and one level down. */
const SECRET_KEYS = ['password', 'pass', 'secret', 'token', 'authorization', 'cookie', 'sasl'];

const STANDARD_ERROR = 2;

/** True where the log is to be read by people. */
function isPretty(format: Config['log']['format'], terminal: boolean): boolean {
  return format === 'pretty' || (format === 'auto' && terminal);
}

/** Formats line by line in place: pino-pretty's own stream would still hold lines when the process exits. */
function prettyStream(out: DestinationStream, colorize: boolean): DestinationStream {
  const format = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname,app' });
  return { write: (line) => out.write(format(line)) };
}

export interface LogTarget {
  /** Takes whole lines instead of standard error. */
  readonly destination?: DestinationStream;
  /** Whether that is a terminal; by default whether standard error is one. */
  readonly terminal?: boolean;
}

/**
 * The program's own log: one JSON object a line, or coloured text on a terminal, on standard error, so that standard
 * output stays free for what a program was asked for.
 *
 * Written synchronously, because the last lines before a crash matter most; no worker thread, so nothing is lost at exit.
 * Passwords in URLs are hidden wherever they stand, and values under the usual names of secrets too.
 */
export function createLogger(config: Pick<Config, 'app' | 'log'>, target: LogTarget = {}): Logger {
  const { destination, terminal = process.stderr.isTTY === true } = target;
  const out = destination ?? pino.destination({ fd: STANDARD_ERROR, sync: true });
  const stream = isPretty(config.log.format, terminal) ? prettyStream(out, terminal) : out;
  return pino(
    {
      level: config.log.level,
      base: { app: config.app, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '***' },
      hooks: { streamWrite: redactUrl },
    },
    stream,
  );
}
