import { Log, LogLevel } from '../generated/log.js';

const LEVELS: Readonly<Record<string, LogLevel>> = {
  info: LogLevel.LOG_LEVEL_INFO,
  log_level_info: LogLevel.LOG_LEVEL_INFO,
  debug: LogLevel.DEBUG,
  warn: LogLevel.WARN,
  error: LogLevel.ERROR,
  fatal: LogLevel.FATAL,
  trace: LogLevel.TRACE,
};

const TEXTS = [
  'traceId',
  'parentId',
  'spanId',
  'service',
  'message',
  'timestamp',
  'id',
  'scope',
  'event',
  'severityText',
  'observedTimestamp',
] as const;
const NUMBERS = ['severityNumber', 'traceFlags'] as const;
/** JSON can escape what UTF-8 can't write; encoding it would change it without a word. */
const HALF_A_PAIR = /\p{Surrogate}/u;

/** Makes a `logs.Log` of a parsed JSON object; answers a sentence naming the field where that can't be done. */
export function logOfJson(document: unknown): Log | string {
  if (!isObject(document)) return 'the record is not a JSON object';
  const log = Log.decode(new Uint8Array(0));
  for (const name of TEXTS) {
    const value = member(document, name);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') return `${name} is not a string`;
    if (HALF_A_PAIR.test(value)) return `${name} holds half of a surrogate pair, which is no text`;
    log[name] = value;
  }
  for (const name of NUMBERS) {
    const value = member(document, name);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) {
      return `${name} is not a whole number from 0 to 4294967295`;
    }
    log[name] = value;
  }
  return levelFault(log, member(document, 'level')) ?? attributesFault(log, document) ?? log;
}

function levelFault(log: Log, level: unknown): string | null {
  if (level === undefined || level === null) return null;
  const number = typeof level === 'string' ? LEVELS[level.toLowerCase()] : level;
  if (typeof number !== 'number' || number !== (number | 0)) {
    return `level ${JSON.stringify(level)} is no level: use trace, debug, info, warn, error or fatal`;
  }
  log.level = number;
  return null;
}

function attributesFault(log: Log, document: Readonly<Record<string, unknown>>): string | null {
  const attributes = member(document, 'attributes') ?? null;
  if (attributes !== null && !isObject(attributes)) return 'attributes is not an object';
  const typed = objectText(member(document, 'attributesJson'));
  if (typed === null) return 'attributesJson is not a JSON object';
  const resource = objectText(member(document, 'resourceJson') ?? member(document, 'resource'));
  if (resource === null) return 'resourceJson is not a JSON object';
  log.attributesJson = attributes === null ? typed : joinedObjects(JSON.stringify(attributes), typed);
  log.resourceJson = resource;
  return null;
}

/**
 * The text of a JSON object that is given as text or as the object itself; empty where it is missing, null where it is
 * something else. A text is kept as it is: reading it would round numbers of 20 digits.
 */
function objectText(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value !== 'string') return isObject(value) ? JSON.stringify(value) : null;
  return isObject(parseJson(value)) ? value.trim() : null;
}

/** One object of the members of both; where a key is in both, the store keeps the last. */
function joinedObjects(first: string, second: string): string {
  const members = [first, second].map((text) => text.slice(1, -1).trim()).filter((text) => text !== '');
  return `{${members.join(',')}}`;
}

/** The member of that camelCase name or its snake_case twin. */
function member(document: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(document, name)) return document[name];
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(document, snake) ? document[snake] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
