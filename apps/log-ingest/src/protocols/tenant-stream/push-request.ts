import { RequestReceivedProto } from '#proto';
import type { MessageDecoder } from '#platform';
import type { Label } from '../loki/label-text.js';
import { bytesTag, protoFields, type ByteRange } from '../records/proto-fields.js';

/** A stream of `proto.RequestReceivedProto`. */
export interface PushedStream {
  readonly labels: readonly Label[];
  readonly values: readonly { readonly time: string; readonly line: string }[];
}

export interface PushRequest {
  /** Empty where the request names none. */
  readonly tenant: string;
  readonly streams: readonly PushedStream[];
}

const FIRST = bytesTag(1);
const SECOND = bytesTag(2);

/** Reads `proto.RequestReceivedProto` (proto/ingester.proto) by hand: the generated code loses a label called `__proto__`. */
export const PUSH_REQUEST: MessageDecoder<PushRequest> = {
  $type: RequestReceivedProto.$type,
  decode: (bytes) => {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let tenant = '';
    const streams: PushedStream[] = [];
    for (const [tag, range] of protoFields(body, { start: 0, end: body.length })) {
      if (tag === FIRST) tenant = textAt(body, range);
      else if (tag === SECOND) streams.push(streamAt(body, range));
    }
    return { tenant, streams };
  },
};

function streamAt(body: Buffer, range: ByteRange): PushedStream {
  // Of equal names the last counts, as in every map of protobuf.
  const labels = new Map<string, string>();
  const values: { readonly time: string; readonly line: string }[] = [];
  for (const [tag, part] of protoFields(body, range)) {
    if (tag !== FIRST && tag !== SECOND) continue;
    const [first, second] = pairAt(body, part);
    if (tag === FIRST) labels.set(first, second);
    else values.push({ time: first, line: second });
  }
  return { labels: [...labels], values };
}

/** The texts in the fields 1 and 2: key and value of a label, time and line of an entry. */
function pairAt(body: Buffer, range: ByteRange): readonly [string, string] {
  let first = '';
  let second = '';
  for (const [tag, text] of protoFields(body, range)) {
    if (tag === FIRST) first = textAt(body, text);
    else if (tag === SECOND) second = textAt(body, text);
  }
  return [first, second];
}

function textAt(body: Buffer, { start, end }: ByteRange): string {
  return body.toString('utf8', start, end);
}
