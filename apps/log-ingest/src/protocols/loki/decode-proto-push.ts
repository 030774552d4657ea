import { isUtf8 } from 'node:buffer';
import { FIRST_SECOND, LAST_SECOND, formatInstant } from '#domain';
import { invalidField, malformed } from '#platform';
import { WireCursor } from '#proto';
import type { RecordBatch } from '../records/record-batch.js';
import { MAX_LABELS, parseLabels, type Label } from './label-text.js';
import { recordOfEntry, type StreamEntry } from './stream-record.js';

/** Fields of two messages begin alike: a tag is field number * 8 + wire type; 2 stands for bytes. */
const FIRST_BYTES = (1 << 3) | 2;
const SECOND_BYTES = (2 << 3) | 2;
const THIRD_BYTES = (3 << 3) | 2;
const FIRST_VARINT = 1 << 3;
const SECOND_VARINT = 2 << 3;

interface Range {
  readonly start: number;
  readonly end: number;
}

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
  for (const [tag, stream] of fieldsOf(body, { start: 0, end: body.length })) {
    if (tag !== FIRST_BYTES) continue;
    const at = `streams[${index++}]`;
    let labels: readonly Label[] | null = null;
    let entry = 0;
    for (const [entryTag, range] of fieldsOf(body, stream)) {
      if (entryTag !== SECOND_BYTES) continue;
      labels ??= labelsOf(body, stream, at);
      batch.add(row++, recordOfEntry(labels, entryOf(body, range, `${at}.entries[${entry++}]`)));
    }
  }
}

function labelsOf(body: Buffer, stream: Range, at: string): readonly Label[] {
  let text = '{}';
  for (const [tag, { start, end }] of fieldsOf(body, stream)) if (tag === FIRST_BYTES) text = body.toString('utf8', start, end);
  const labels = parseLabels(text);
  if (labels === null) throw invalidField(`${at}.labels`, 'are no labels: write {name="value", ...}');
  // Each name once: labels are gone through for every entry.
  return [...new Map(labels)];
}

function entryOf(body: Buffer, range: Range, at: string): StreamEntry {
  let timestamp = '';
  let line = '';
  let replaced = false;
  const metadata: Label[] = [];
  const textOf = ({ start, end }: Range): string => {
    const bytes = body.subarray(start, end);
    replaced ||= !isUtf8(bytes);
    return bytes.toString('utf8');
  };
  for (const [tag, field] of fieldsOf(body, range)) {
    if (tag === FIRST_BYTES) timestamp = timestampOf(body, field, at);
    else if (tag === SECOND_BYTES) line = textOf(field);
    else if (tag === THIRD_BYTES) {
      let name = '';
      let value = '';
      for (const [part, text] of fieldsOf(body, field)) {
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
function timestampOf(body: Buffer, range: Range, at: string): string {
  let seconds = 0;
  let nanos = 0;
  for (const [tag, { number }] of fieldsOf(body, range)) {
    if (tag === FIRST_VARINT) seconds = number;
    else if (tag === SECOND_VARINT) nanos = number;
  }
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos > 999_999_999) {
    throw invalidField(`${at}.timestamp`, 'is outside of the years 0001-9999');
  }
  return formatInstant({ seconds, nanos });
}

/** The fields of a message: their tags, and where their bytes lie or what number they hold. */
function* fieldsOf(body: Buffer, { start, end }: Range): Generator<readonly [number, Range & { readonly number: number }], void> {
  const cursor = new WireCursor();
  cursor.open(body, start, end);
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    let number = 0;
    let from = cursor.pos;
    if ((tag & 7) === 0 && cursor.fault === null) {
      const low = cursor.varint();
      number = (cursor.varintHigh | 0) * 2 ** 32 + low;
    } else if ((tag & 7) === 2) {
      const to = cursor.lengthEnd();
      from = cursor.pos;
      cursor.pos = to;
    } else if (cursor.fault === null) cursor.skip(tag);
    if (cursor.fault !== null) throw malformed(`The body is no Loki PushRequest: ${cursor.fault}.`);
    yield [tag, { start: from, end: cursor.pos, number }];
  }
}
