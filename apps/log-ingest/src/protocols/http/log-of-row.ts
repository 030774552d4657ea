import type { Log } from '#proto';
import { SANITIZED, TextCleaner, isDeeperThan, isObject } from '../records/clean-text.js';
import type { RowFault } from '../records/record-batch.js';
import { wireLevelOf, type WireLevel } from '../records/level.js';
import { timestampOf } from '../records/timestamp.js';
import { FIELD_NAMES, RowFields, type FieldName, type FieldNames } from './row-fields.js';
import { parseTraceParent, type TraceParent } from './trace-parent.js';

/** How a sender's rows are to be read. */
export interface RowDialect {
  readonly names: FieldNames;
  /** The level that a value stands for; null where it is none. */
  readonly levelOf: (value: unknown) => WireLevel | null;
}

/** Rows as the loggers of all languages write them. */
const LOGGERS: RowDialect = { names: FIELD_NAMES, levelOf: wireLevelOf };

/** What rows of a request have where they say nothing themselves. */
export interface RowDefaults {
  readonly service: string;
  readonly trace: TraceParent | null;
  /** The body was no UTF-8: U+FFFD in a text may be ours. */
  readonly replaced: boolean;
  readonly dialect?: RowDialect;
  /** Attributes beside the row's own, which they win over. */
  readonly attributes?: readonly (readonly [string, unknown])[];
}

export type RowOutcome =
  { readonly kind: 'log'; readonly log: Partial<Log> } | ({ readonly kind: 'refused' } & Omit<RowFault, 'row'>);

/** As deep as the contract lets attributes be nested. */
const MAX_DEPTH = 64;
/** pino and bunyan number levels from here, and call the service `name`. */
const FIRST_PINO_LEVEL = 10;

const cleaner = new TextCleaner();
const refused = (field: string, reason: string): RowOutcome => ({ kind: 'refused', field, reason });
const isScalar = (value: unknown) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const isAny = () => true;

/** A record of one row: an object as loggers write it, or a text that is the message. */
export function logOfRow(row: unknown, defaults: RowDefaults): RowOutcome {
  cleaner.begin();
  if (typeof row === 'string') return logOfText(row, defaults);
  if (!isObject(row)) return refused('', 'is neither a JSON object nor a text: write {"message": "..."}');
  if (isDeeperThan(row, MAX_DEPTH)) return refused('', `is nested deeper than ${MAX_DEPTH} levels: write less deep`);
  const { names, levelOf } = defaults.dialect ?? LOGGERS;
  const fields = new RowFields(row, names);
  const text = (field: FieldName) => {
    const found = fields.take(field, isScalar);
    return found === null ? '' : cleaner.text(String(found.value));
  };

  // Of several names the first whose value can be read; a value that can't be is refused only where no other can.
  const level = fields.take('level', (value) => levelOf(value) !== null) ?? fields.take('level', isScalar);
  const wireLevel = level === null ? { level: 0, severityText: '' } : levelOf(level.value);
  if (wireLevel === null) return refused(level?.name ?? '', `${JSON.stringify(level?.value)} is no level: use trace to fatal`);
  const time = fields.take('timestamp', (value) => timestampOf(value) !== null) ?? fields.take('timestamp', isAny);
  const timestamp = time === null ? '' : timestampOf(time.value);
  if (timestamp === null) return refused(time?.name ?? '', 'is no time: use RFC 3339, or an epoch in s, ms, us or ns');
  const observed = fields.take('observedTimestamp', isAny);
  const observedTimestamp = observed === null ? '' : timestampOf(observed.value);
  if (observedTimestamp === null)
    return refused(observed?.name ?? '', 'is no time: use RFC 3339, or an epoch in s, ms, us or ns');
  const severity = fields.take('severityNumber', isScalar);
  const severityNumber = Number(severity?.value ?? 0);
  if (!isWithin(severityNumber, 24)) return refused(severity?.name ?? '', 'is out of range: use 1 to 24');

  const parent = fields.take('traceparent', (value) => parseTraceParent(value) !== null);
  const trace = traceOf(text('traceId'), text('spanId'), parseTraceParent(parent?.value) ?? defaults.trace);
  // `log` is Docker's message, or Elastic's object of the logger, level and file.
  const message = fields.take('message', (value, name) => name !== 'log' || !isObject(value));
  const scalars = {
    ...trace,
    parentId: text('parentId'),
    service: text('service') || pinoName(row, fields, level?.value) || defaults.service,
    message: message === null ? '' : messageOf(message.value),
    level: wireLevel.level,
    timestamp,
    observedTimestamp,
    severityNumber,
    severityText: text('severityText') || cleaner.text(wireLevel.severityText),
    id: text('id'),
    scope: text('scope'),
    event: text('event'),
    traceFlags: flagsOf(fields) ?? trace.traceFlags,
  };
  const resource = jsonObject(fields.take('resource', isJsonObject)?.value);
  const attributes = jsonObject(fields.take('attributes', isJsonObject)?.value);
  const members = [...fields.rest(), ...Object.entries(attributes), ...(defaults.attributes ?? [])];
  return finished({ ...scalars, resourceJson: objectText(Object.entries(resource)) }, members, defaults);
}

function logOfText(line: string, { service, trace, replaced }: RowDefaults): RowOutcome {
  return finished({ message: cleaner.text(line), service, ...trace }, [], { replaced });
}

function finished(
  log: Partial<Log>,
  members: readonly (readonly [string, unknown])[],
  { replaced }: Pick<RowDefaults, 'replaced'>,
): RowOutcome {
  let attributesJson = objectText(members);
  const hasReplacement =
    replaced && [log.message, log.service, log.traceId, attributesJson].some((text) => text?.includes('\ufffd'));
  if (cleaner.changed || hasReplacement) attributesJson = objectText([...members, [SANITIZED, 'true']]);
  return { kind: 'log', log: { ...log, attributesJson } };
}

/** Members as the text of a JSON object, empty where there are none; of equal names the last counts. */
function objectText(members: readonly (readonly [string, unknown])[]): string {
  return members.length === 0
    ? ''
    : cleaner.json(Object.fromEntries(members.map(([name, value]) => [cleaner.text(name), value])));
}

function traceOf(traceId: string, spanId: string, parent: TraceParent | null): TraceParent {
  if (parent === null || (traceId !== '' && traceId !== parent.traceId)) return { traceId, spanId, traceFlags: 0 };
  return { ...parent, spanId: spanId || parent.spanId };
}

function messageOf(value: unknown): string {
  return typeof value === 'string' ? cleaner.text(value) : cleaner.json(value);
}

function pinoName(row: Readonly<Record<string, unknown>>, fields: RowFields, level: unknown): string {
  if (typeof level !== 'number' || level < FIRST_PINO_LEVEL || typeof row['name'] !== 'string') return '';
  fields.takeMember('name');
  return cleaner.text(row['name']);
}

/** A number, or two hex digits as OpenTelemetry's instrumentations write them. */
function flagsOf(fields: RowFields): number | null {
  const fits = (value: unknown) =>
    typeof value === 'number' ? isWithin(value, 0xffffffff) : typeof value === 'string' && /^[0-9a-f]{2}$/i.test(value);
  const value = fields.take('traceFlags', fits)?.value;
  return typeof value === 'number' ? value : typeof value === 'string' ? Number.parseInt(value, 16) : null;
}

function isWithin(value: number, highest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= highest;
}

function isJsonObject(value: unknown): boolean {
  return isObject(parsed(value));
}

function jsonObject(value: unknown): Readonly<Record<string, unknown>> {
  const object = parsed(value);
  return isObject(object) && !isDeeperThan(object, MAX_DEPTH) ? object : {};
}

/** Objects may come as text too, as `logs.Log` has them. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
