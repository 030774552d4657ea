import fc from 'fast-check';
import { Reply } from './reply.js';

function message(type: string, content: Buffer): Buffer {
  const bytes = Buffer.alloc(5 + content.length);
  bytes.write(type, 'latin1');
  bytes.writeInt32BE(4 + content.length, 1);
  content.copy(bytes, 5);
  return bytes;
}

const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const arbitraryMessage = fc.oneof(
  content.map((bytes) => ({ type: 'D', bytes: Buffer.concat([Buffer.from([0, 1]), bytes]) })),
  fc.record({ type: fc.constantFrom('1', '2', 'C', 'N', 'E', 'S', 'A'), bytes: content }),
);
const READY = message('Z', Buffer.from('I'));

const unexpected = (): never => {
  throw new Error('not expected');
};

/** Cuts the bytes into pieces of these sizes; the rest is the last one. */
function* piecesOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    if (at + size >= bytes.length) break;
    yield Buffer.from(bytes.subarray(at, at + size));
    at += size;
  }
  yield Buffer.from(bytes.subarray(at));
}

describe('a reply', () => {
  it('keeps no row where it is larger than it may be, says so once, and hands on all else to its end', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryMessage),
        fc.array(fc.nat({ max: 400 })),
        fc.integer({ min: 1, max: 2_000 }),
        (messages, sizes, maxBytes) => {
          const others: Buffer[] = [];
          let tooLarge = 0;
          const listener = { onParsed: () => undefined, onTooLarge: () => tooLarge++ };
          const reply = new Reply({ ...listener, onOther: (bytes) => others.push(Buffer.from(bytes)) }, maxBytes);
          const encoded = messages.map(({ type, bytes }) => message(type, bytes));
          const stream = Buffer.concat([...encoded, READY]);
          const pieces = [...piecesOf(stream, sizes)];
          const ends = pieces.map((piece) => reply.push(piece));
          expect(ends.map((end) => end === null)).toEqual(pieces.map((_, i) => i < pieces.length - 1));
          expect(ends.at(-1)).toEqual(READY);
          // What comes with the end is there anyway.
          const grewTooLarge = stream.length - (pieces.at(-1)?.length ?? 0) > maxBytes;
          expect(tooLarge).toBe(grewTooLarge ? 1 : 0);
          expect(reply.starts).toHaveLength(grewTooLarge ? 0 : messages.filter(({ type }) => type === 'D').length);
          expect(others).toEqual(encoded.filter((_, i) => 'NESA'.includes(messages[i]?.type ?? '-')));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has the same rows in whatever pieces it comes, and hands on all that is not a row', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage), content, fc.array(fc.nat({ max: 400 })), (messages, after, pieces) => {
        const others: Buffer[] = [];
        let parsed = 0;
        const reply = new Reply({
          onParsed: () => parsed++,
          onOther: (bytes) => others.push(Buffer.from(bytes)),
          onTooLarge: unexpected,
        });
        const encoded = messages.map(({ type, bytes }) => message(type, bytes));
        const stream = Buffer.concat([...encoded, READY]);
        let at = 0;
        for (const size of [...pieces, stream.length]) {
          if (at + size >= stream.length) break;
          expect(reply.push(Buffer.from(stream.subarray(at, at + size)))).toBeNull();
          at += size;
        }
        // What comes behind ReadyForQuery is not the reply's.
        const rest = reply.push(Buffer.concat([stream.subarray(at), after]));
        expect(rest).toEqual(Buffer.concat([READY, after]));
        const rows = messages.filter(({ type }) => type === 'D').map(({ bytes }) => bytes.subarray(2));
        const seen = reply.starts.map((start, i) => reply.bytes.subarray(start, start + (rows[i]?.length ?? 0)));
        expect(seen).toEqual(rows);
        expect(parsed).toBe(messages.filter(({ type }) => type === '1').length);
        expect(others).toEqual(encoded.filter((_, i) => 'NESA'.includes(messages[i]?.type ?? '-')));
      }),
      { numRuns: 500 },
    );
  });
});
