import type { Log } from '../generated/log.js';
import { logOfJson } from './log-of-json.js';

type Members = Readonly<Record<string, unknown>>;

/** Where an event says which service it is of, best first; the fields of ECS, then what Filebeat itself adds. */
const SERVICE = [
  'service.name',
  'fields.service',
  'kubernetes.labels.app',
  'kubernetes.container.name',
  'container.name',
  'process.name',
];
const UNKNOWN_SERVICE = 'unknown_service';
/** Words of other loggers for the levels that `logOfJson` knows. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  crit: 'fatal',
  critical: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
};

/**
 * Makes a `logs.Log` of an event as Filebeat 8 writes it to Kafka: `@timestamp`, `message`, `log.level`, `service.name`, `trace.id`,
 * `span.id` (or `transaction.id`), `parent.id`; all else, such as host.name, log.file.path and log.offset, are attributes with
 * their types. `a.b` is a field of that name, or the member b of an object a. A level that nobody knows is kept as text.
 *
 * Source: Filebeat 8, "Configure the Kafka output" (codec json) and "Exported fields".
 * @returns a sentence where the event can not be taken
 */
export function logOfFilebeat(document: unknown): Log | string {
  if (!isObject(document)) return 'the event is not a JSON object';
  const event = new EventFields(document);
  const level = event.take('log.level') ?? event.take('level') ?? '';
  const known = LEVELS[level.toLowerCase()];
  const record = {
    timestamp: event.take('@timestamp') ?? '',
    message: event.take('message') ?? '',
    level: known ?? 'info',
    severityText: known === level ? '' : level,
    traceId: event.take('trace.id') ?? '',
    spanId: event.take('span.id') ?? event.take('transaction.id') ?? '',
    parentId: event.take('parent.id') ?? '',
    service: SERVICE.map((name) => event.find(name)).find((name) => name !== null) ?? UNKNOWN_SERVICE,
  };
  return logOfJson({ ...record, attributesJson: event.rest() });
}

/** Reads fields of an event, and knows what is left of it. */
class EventFields {
  private readonly taken = new Set<string>();

  constructor(private readonly members: Members) {}

  /** The text of a field, which is no attribute then, unless its object holds more. */
  take(name: string): string | null {
    const text = this.find(name);
    if (text === null) {
      // Under the name of a field, an empty text says nothing.
      if (this.members[name] === '') this.taken.add(name);
      return null;
    }
    const [first = ''] = name.split('.');
    const object = Object.hasOwn(this.members, name) ? null : this.members[first];
    if (object === null) this.taken.add(name);
    else if (isObject(object) && Object.keys(object).length === 1) this.taken.add(first);
    return text;
  }

  /** The text of a field; null where it has none. */
  find(name: string): string | null {
    let value: unknown = Object.hasOwn(this.members, name) ? this.members[name] : this.nested(name);
    if (typeof value === 'number' || typeof value === 'boolean') value = String(value);
    return typeof value === 'string' && value !== '' ? value : null;
  }

  /** Members that were not taken, as the text of a JSON object; fromEntries defines them, so that __proto__ stays one. */
  rest(): string {
    return JSON.stringify(Object.fromEntries(Object.entries(this.members).filter(([name]) => !this.taken.has(name))));
  }

  private nested(name: string): unknown {
    let value: unknown = this.members;
    for (const step of name.split('.')) {
      if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
    return value;
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
