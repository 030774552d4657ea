import { levelOfSeverity, type Level } from '#domain';
import { LogLevel } from '#proto';

/** How a record's level is written to the wire. */
export interface WireLevel {
  readonly level: LogLevel;
  /** The sender's word, where it is none of ours. */
  readonly severityText: string;
}

const WIRE: Readonly<Record<Level, LogLevel>> = {
  trace: LogLevel.TRACE,
  debug: LogLevel.DEBUG,
  info: LogLevel.INFO,
  warn: LogLevel.WARN,
  error: LogLevel.ERROR,
  fatal: LogLevel.FATAL,
};

/** Words of syslog (RFC 5424), zap, winston, Python, java.util.logging, PostgreSQL and klog. */
const WORDS: ReadonlyMap<string, Level> = new Map<string, Level>([
  ...(['trace', 'trc', 'verbose', 'silly', 'finest', 'finer'] as const).map((word) => [word, 'trace'] as const),
  ...(['debug', 'dbg', 'fine', 'config'] as const).map((word) => [word, 'debug'] as const),
  ...(['info', 'inf', 'information', 'informational', 'notice', 'http', 'log', 'log_level_info'] as const).map(
    (word) => [word, 'info'] as const,
  ),
  ...(['warn', 'wrn', 'warning'] as const).map((word) => [word, 'warn'] as const),
  ...(['error', 'err', 'eror', 'severe', 'failure'] as const).map((word) => [word, 'error'] as const),
  ...(['fatal', 'ftl', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic', 'dpanic'] as const).map(
    (word) => [word, 'fatal'] as const,
  ),
]);

/** The words above as `logs.LogLevel` numbers them. */
const BY_ENUM: readonly Level[] = ['info', 'debug', 'warn', 'error', 'fatal', 'trace'];

/** By the numbers of syslog's severities (RFC 5424, 6.2.1): emergency to debug. */
const BY_SYSLOG: readonly Level[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];

/** The level of a syslog severity, a number from 0 to 7 or its digit; null where it is none. */
export function syslogLevelOf(value: unknown): WireLevel | null {
  const isDigit = typeof value === 'number' || (typeof value === 'string' && /^[0-7]$/.test(value.trim()));
  const level = isDigit ? BY_SYSLOG[Number(value)] : undefined;
  return level === undefined ? null : { level: WIRE[level], severityText: '' };
}

/**
 * The level that a sender's word or number stands for: words in any case; 0-5 as `logs.LogLevel` numbers them; 10 and more
 * as pino and bunyan do (10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal). A word that nobody knows is kept as
 * severity_text of an info record; null where it is neither.
 */
export function wireLevelOf(value: unknown): WireLevel | null {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,3}$/.test(value.trim()))) {
    const level = levelOfNumber(Number(value));
    return level === null ? null : { level: WIRE[level], severityText: '' };
  }
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  const level = WORDS.get(word);
  return { level: WIRE[level ?? 'info'], severityText: level === word ? '' : value.trim() };
}

function levelOfNumber(number: number): Level | null {
  if (number >= 10 && number <= 100) return levelOfSeverity(Math.floor((number - 10) / 10) * 4 + 1);
  return BY_ENUM[number] ?? null;
}
