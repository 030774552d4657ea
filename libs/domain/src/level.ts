/** The six levels of the contract. */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The lowest OpenTelemetry severity number that counts as an error; fatal lies above it. */
export const ERROR_SEVERITY = 17;

const SEVERITY: Readonly<Record<Level, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

/** By the number of `logs.LogLevel`, whose numbers are not in order of severity. */
const LEVEL_BY_WIRE_NUMBER: readonly Level[] = ['info', 'debug', 'warn', 'error', 'fatal', 'trace'];

/**
 * The OpenTelemetry severity number of each `logs.LogLevel` number (INFO 0, DEBUG 1, WARN 2, ERROR 3, FATAL 4, TRACE 5).
 * For hot paths; `undefined` at an index means an unknown enum number.
 */
export const SEVERITY_BY_WIRE_LEVEL: readonly number[] = LEVEL_BY_WIRE_NUMBER.map(severityOfLevel);

/** The OpenTelemetry severity number that a record of this level is stored with: the lowest of the level's range. */
export function severityOfLevel(level: Level): number {
  return SEVERITY[level];
}

/**
 * The level whose range holds the severity number: 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal.
 * Numbers below 1 count as trace, numbers above 24 as fatal.
 *
 * Source: OpenTelemetry logs data model, "Severity Fields".
 */
export function levelOfSeverity(severity: number): Level {
  if (severity >= 21) return 'fatal';
  if (severity >= ERROR_SEVERITY) return 'error';
  if (severity >= 13) return 'warn';
  if (severity >= 9) return 'info';
  return severity >= 5 ? 'debug' : 'trace';
}

/** The level of a `logs.LogLevel` number; undefined where the enum has no such number. */
export function levelByWireNumber(n: number): Level | undefined {
  return LEVEL_BY_WIRE_NUMBER[n];
}
