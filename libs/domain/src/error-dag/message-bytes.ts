import type { Instant } from '../instant.js';
import { levelOfSeverity } from '../level.js';
import type { SpanSummary } from './span-summary.js';

/*
 * A DAG is read as one message, so the contract caps its bytes. The caps have to know them before a DAG exists, span by
 * span; these are the sizes that the protobuf encoding gives: a field is a tag of one byte, its length, its bytes.
 */

/** A bool field that is true. */
const FLAG = 2;

/**
 * Bytes that a span takes in a serialized `query.Dag`: its node and the edge from its parent, each once in `dag_json`
 * and once in typed fields. Never less than the encoded size, and sixteen bytes more at most (the role is not known yet: the
 * longest is counted) unless the parent sent nothing (then the edge is counted that is not there).
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export function spanMessageBytes(span: SpanSummary): number {
  const id = utf8Length(span.id);
  const parent = utf8Length(span.parentId);
  const service = utf8Length(span.service);
  const level = levelOfSeverity(span.severity).length;
  const typedNode =
    field(id) +
    field(service) +
    field(level) +
    field(instantLength(span.firstTime)) +
    field(instantLength(span.lastTime)) +
    count(span.records.length) +
    count(span.errorCount) +
    field('propagated'.length) +
    (span.synthetic ? FLAG : 0);
  const jsonNode = structMember(2, id) + structMember(7, service) + structMember(5, level);
  if (span.parentId === '') return field(typedNode) + field(field(jsonNode));

  // The node names its parent, and has either the edge or the orphan flag.
  const typedEdge = field(parent) + field(id) + field('parent'.length);
  const jsonEdge = structMember(6, parent) + structMember(6, id);
  return field(typedNode + field(parent) + FLAG) + field(field(jsonNode)) + field(typedEdge) + field(field(jsonEdge));
}

/** A length-delimited field with a one-byte tag. */
function field(length: number): number {
  return 1 + (length < 0x80 ? 1 : length < 0x4000 ? 2 : 3) + length;
}

/** A uint32 field; absent where it is 0. */
function count(n: number): number {
  if (n === 0) return 0;
  return n < 0x80 ? 2 : n < 0x4000 ? 3 : n < 0x200000 ? 4 : 6;
}

/** A string member of a google.protobuf.Struct: a map entry of a key and a Value. */
function structMember(key: number, value: number): number {
  return field(field(key) + field(field(value)));
}

/** Characters of the instant as `formatInstant` prints it. */
function instantLength({ nanos }: Instant): number {
  if (nanos === 0) return 20;
  if (nanos % 1_000_000 === 0) return 24;
  return nanos % 1000 === 0 ? 27 : 30;
}

/** Bytes of the text in UTF-8; an unpaired surrogate counts as the three bytes of U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    else if (unit >= 0xd800 && unit <= 0xdbff && text.charCodeAt(i + 1) >> 10 === 0x37) {
      // A pair: four bytes for two units.
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}
