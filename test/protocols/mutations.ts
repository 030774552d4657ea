import fc from 'fast-check';
import { deflateSync, gzipSync } from 'node:zlib';

/** Pieces that parsers stumble over. */
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  '\n',
  '\r\n',
  '\0',
  '\\u0000',
  '\\ud800',
  '\ufffd',
  'null',
  '{}',
  '[]',
  '-',
  '1e999',
  '-0',
  '99999999999999999999999',
  '"__proto__":',
  '"constructor":{"prototype":',
  '[[[[[[[[[[[[[[[[',
  '{"a":{"a":{"a":',
  '\xff\xfe',
  '\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01',
  '\xff\xff\xff\xff\x0f',
].map((token) => Buffer.from(token, token.startsWith('\xff') || token.startsWith('\x80') ? 'latin1' : 'utf8'));

type Mutation = (body: Buffer) => Buffer;

const at = (body: Buffer, place: number) => (body.length === 0 ? 0 : place % body.length);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(([place, byte]): Mutation => (body) => {
    const changed = Buffer.from(body);
    if (changed.length > 0) changed[at(body, place)] = byte;
    return changed;
  }),
  fc.nat().map(
    (place): Mutation =>
      (body) =>
        body.subarray(0, at(body, place)),
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...TOKENS)).map(
    ([place, token]): Mutation =>
      (body) =>
        Buffer.concat([body.subarray(0, at(body, place)), token, body.subarray(at(body, place))]),
  ),
  fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.integer({ min: 0, max: 50 })).map(([place, length, times]): Mutation => (body) => {
    const from = at(body, place);
    const piece = body.subarray(from, from + length);
    return Buffer.concat([body.subarray(0, from), ...Array.from({ length: times }, () => piece), body.subarray(from + length)]);
  }),
);

/** A body as it goes over the wire. */
export interface FuzzedBody {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Bodies that are random, or one of the seeds with up to six changes; some compressed, some of those damaged after, some said to
 * be what they are not.
 */
export function fuzzedBody(seeds: readonly Buffer[]): fc.Arbitrary<FuzzedBody> {
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 6 }))
    .map(([seed, mutations]) => mutations.reduce((body, mutate) => mutate(body), seed));
  const body = fc.oneof({ weight: 1, arbitrary: random }, { weight: 5, arbitrary: mutated });
  return fc
    .tuple(body, fc.constantFrom('', '', '', 'gzip', 'deflate', 'gzip?', 'zstd', 'br'), mutation)
    .map(([bytes, encoding, damage]): FuzzedBody => {
      switch (encoding) {
        case '':
          return { bytes, headers: {} };
        case 'gzip':
          return { bytes: gzipSync(bytes), headers: { 'content-encoding': 'gzip' } };
        case 'gzip?':
          return { bytes: damage(gzipSync(bytes)), headers: { 'content-encoding': 'gzip' } };
        case 'deflate':
          return { bytes: deflateSync(bytes), headers: { 'content-encoding': 'deflate' } };
        default:
          return { bytes, headers: { 'content-encoding': encoding } };
      }
    });
}
