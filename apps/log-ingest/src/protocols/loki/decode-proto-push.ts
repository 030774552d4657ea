import { isUtf8 } from 'node:buffer';
import { FIRST_SECOND, LAST_SECOND, formatInstant } from '#domain';
import { invalidField } from '#platform';
import { bytesTag, protoFields, varintTag, type ByteRange } from '../records/proto-fields.js';
import type { RecordBatch } from '../records/record-batch.js';
import { MAX_LABELS, parseLabels, type Label } from './label-text.js';
import { recordOfEntry, type StreamEntry } from './stream-record.js';

const FIRST_BYTES = bytesTag(1);
const SECOND_BYTES = bytesTag(2);
const THIRD_BYTES = bytesTag(3);
const FIRST_VARINT = varintTag(1);
const SECOND_VARINT = varintTag(2);

/**
 * Reads a serialized `logproto.PushRequest` into the batch: streams=1 {labels=1, entries=2 {timestamp=1 {seconds=1, nanos=2},
 * line=2, structuredMetadata=3 {name=1, value=2}}}. Fields it does not know are stepped over.
 *
 * Source: grafana/loki pkg/push/push.proto.
 * @throws RootspanError 400: no such message, labels that can't be read, a time outside of the years 0001-9999
 */
export function decodeProtoPush(body: Buffer, batch: RecordBatch): void {
  let row = 0;
  let index = 0;
  for (const [tag, stream] of protoFields(body, { start: 0, end: body.length })) {
    if (tag !== FIRST_BYTES) continue;
    const at = `streams[${index++}]`;
    let labels: readonly Label[] | null = null;
    let entry = 0;
    for (const [entryTag, range] of protoFields(body, stream)) {
      if (entryTag !== SECOND_BYTES) continue;
      labels ??= labelsOf(body, stream, at);
      batch.add(row++, recordOfEntry(labels, entryOf(body, range, `${at}.entries[${entry++}]`)));
    }
  }
}

function labelsOf(body: Buffer, stream: ByteRange, at: string): readonly Label[] {
  let text = '{}';
  for (const [tag, { start, end }] of protoFields(body, stream))
    if (tag === FIRST_BYTES) text = body.toString('utf8', start, end);
  const labels = parseLabels(text);
  if (labels === null) throw invalidField(`${at}.labels`, 'are no labels: write {name="value", ...}');
  // Each name once: labels are gone through for every entry.
  return [...new Map(labels)];
}

function entryOf(body: Buffer, range: ByteRange, at: string): StreamEntry {
  let timestamp = '';
  let line = '';
  let replaced = false;
  const metadata: Label[] = [];
  const textOf = ({ start, end }: ByteRange): string => {
    const bytes = body.subarray(start, end);
    replaced ||= !isUtf8(bytes);
    return bytes.toString('utf8');
  };
  for (const [tag, field] of protoFields(body, range)) {
    if (tag === FIRST_BYTES) timestamp = timestampOf(body, field, at);
    else if (tag === SECOND_BYTES) line = textOf(field);
    else if (tag === THIRD_BYTES) {
      let name = '';
      let value = '';
      for (const [part, text] of protoFields(body, field)) {
        if (part === FIRST_BYTES) name = textOf(text);
        else if (part === SECOND_BYTES) value = textOf(text);
      }
      if (metadata.length === MAX_LABELS) throw invalidField(`${at}.structuredMetadata`, 'has too many entries');
      metadata.push([name, value]);
    }
  }
  return { timestamp, line, metadata, replaced };
}

/** google.protobuf.Timestamp; a signed 64-bit number comes in two halves. */
function timestampOf(body: Buffer, range: ByteRange, at: string): string {
  let seconds = 0;
  let nanos = 0;
  for (const [tag, { number }] of protoFields(body, range)) {
    if (tag === FIRST_VARINT) seconds = number;
    else if (tag === SECOND_VARINT) nanos = number;
  }
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos > 999_999_999) {
    throw invalidField(`${at}.timestamp`, 'is outside of the years 0001-9999');
  }
  return formatInstant({ seconds, nanos });
}
