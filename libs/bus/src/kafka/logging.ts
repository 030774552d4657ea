import { type LogEntry, type logCreator, logLevel } from 'kafkajs';
import { GIVEN_UP } from './socket-set.js';

/** What this room logs to; pino fits. */
export interface BusLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** How long the same sentence of kafkajs is not repeated, milliseconds. */
const REPEAT_AFTER_MS = 30_000;
/** Distinct sentences remembered; they hold addresses and ids, so they are few but not bounded by nature. */
const MAX_REMEMBERED = 200;

/**
 * Maps what kafkajs logs onto `logger`.
 *
 * kafkajs logs an error for every failed connection attempt and retry; whether that matters is decided, and said,
 * by the callers in this room. So its errors become warnings, each sentence once in half a minute, and its
 * warnings and infos become debug lines.
 */
export function kafkajsLogCreator(logger: BusLogger): logCreator {
  const lastSaid = new Map<string, number>();
  return () => (entry: LogEntry) => {
    const { message, timestamp: _timestamp, logger: _name, stack: _stack, ...details } = entry.log;
    const text = `kafkajs ${entry.namespace}: ${message}`;
    if (entry.level !== logLevel.ERROR || message.endsWith(GIVEN_UP)) {
      logger.debug(details, text);
      return;
    }
    const now = Date.now();
    if (now - (lastSaid.get(text) ?? 0) < REPEAT_AFTER_MS) {
      logger.debug(details, text);
      return;
    }
    if (lastSaid.size >= MAX_REMEMBERED) lastSaid.clear();
    lastSaid.set(text, now);
    logger.warn(details, text);
  };
}
