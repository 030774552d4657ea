import type { Log } from '#proto';
import { SANITIZED, TextCleaner } from '../records/clean-text.js';
import { wireLevelOf } from '../records/level.js';
import type { Label } from './label-text.js';

/** A line of a stream. */
export interface StreamEntry {
  /** As the contract has it; empty: the time of receipt. */
  readonly timestamp: string;
  readonly line: string;
  /** Structured metadata of this line. */
  readonly metadata: readonly Label[];
  /** The bytes of line or metadata were no UTF-8, and U+FFFD stands in their place. */
  readonly replaced: boolean;
}

/** What Loki calls the service where no label names it. */
const UNKNOWN_SERVICE = 'unknown_service';
const SERVICE = ['service_name', 'service', 'service.name', 'app', 'application', 'job', 'container'];
const LEVEL = ['level', 'detected_level', 'severity', 'severity_text', 'lvl'];
const TRACE = ['trace_id', 'traceId', 'traceID', 'trace.id'];
const SPAN = ['span_id', 'spanId', 'spanID', 'span.id'];
const PARENT = ['parent_id', 'parent_span_id', 'parentId', 'parentSpanId'];
/** These name what the record holds in fields of its own. */
const IDS = new Set([...TRACE, ...SPAN, ...PARENT]);

const cleaner = new TextCleaner();

/**
 * The record of one line: labels and metadata become attributes, metadata winning; service, level, trace, span and parent
 * are found by their usual names, in the metadata first.
 */
export function recordOfEntry(labels: readonly Label[], { timestamp, line, metadata, replaced }: StreamEntry): Partial<Log> {
  cleaner.begin();
  const attributes = new Map<string, string>();
  for (const [name, value] of [...labels, ...metadata]) attributes.set(cleaner.text(name), cleaner.text(value));
  const find = (names: readonly string[]) => {
    for (const name of names) {
      const value = attributes.get(name);
      if (value !== undefined && value !== '') return value;
    }
    return '';
  };
  const level = wireLevelOf(find(LEVEL)) ?? { level: 0, severityText: '' };
  const fields = {
    timestamp,
    message: cleaner.text(line),
    service: find(SERVICE) || UNKNOWN_SERVICE,
    traceId: find(TRACE),
    spanId: find(SPAN),
    parentId: find(PARENT),
    ...level,
  };
  for (const name of IDS) attributes.delete(name);
  if (cleaner.changed || replaced) attributes.set(SANITIZED, 'true');
  return { ...fields, attributesJson: attributes.size === 0 ? '' : JSON.stringify(Object.fromEntries(attributes)) };
}
