import fc from 'fast-check';
import { batchesOf, type RecordBatch } from './batches.js';
import { progressLine } from './progress.js';
import { readLines, type InputLine } from './read-lines.js';

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

const linesOf = (text: string, maxBytes = 1_000): Promise<InputLine[]> => all(readLines(streamOf([Buffer.from(text)]), maxBytes));
const batches = (text: string, size = { records: 2, bytes: 1_000 }): Promise<RecordBatch[]> =>
  all(batchesOf(readLines(streamOf([Buffer.from(text)]), 1_000), size));
const record = (traceId: string): string => JSON.stringify({ traceId, spanId: 's', service: 'a' });

describe('Lines of the input', () => {
  it('are the same however the input is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('\n', 'a', 'ü', '{}')), fc.array(fc.nat({ max: 5 })), async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
        const lines = await all(readLines(streamOf([...chunks, bytes.subarray(at)]), 1_000));
        const expected = bytes.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines.map((line) => line.bytes?.toString())).toEqual(expected);
        expect(lines.map(({ number }) => number)).toEqual(expected.map((_, i) => i + 1));
        expect(lines.at(-1)?.endsAt ?? 0).toBe(bytes.length);
      }),
    );
  });

  it('are not kept where they are too long, and those after them keep their numbers', async () => {
    const lines = await linesOf(`short\n${'x'.repeat(20)}\nnext`, 10);
    expect(lines.map(({ number, bytes }) => [number, bytes?.toString() ?? null])).toEqual([
      [1, 'short'],
      [2, null],
      [3, 'next'],
    ]);
  });
});

describe('Batches of records', () => {
  it('hold so many records at most, each with the number of its line', async () => {
    const found = await batches(`${record('t1')}\n\n${record('t2')}\r\n${record('t3')}\n`);
    expect(found.map(({ logs, lines }) => logs.map(({ traceId }, i) => `${traceId}@${lines[i]}`))).toEqual([
      ['t1@1', 't2@3'],
      ['t3@4'],
    ]);
    expect(found.at(-1)?.endsAt).toBe(Buffer.byteLength(`${record('t1')}\n\n${record('t2')}\r\n${record('t3')}\n`));
  });

  it('hold so many bytes at most, unless a record is larger', async () => {
    const found = await batches([record('t1'), record('t'.repeat(100)), record('t3')].join('\n'), { records: 9, bytes: 60 });
    expect(found.map(({ logs }) => logs.length)).toEqual([1, 1, 1]);
  });

  it('tell each line that is no record, and why', async () => {
    const [batch] = await batches(`{\n[1]\n${record('t1')}\n{"level":"loud"}`, { records: 9, bytes: 1_000 });
    expect(batch?.logs.length).toBe(1);
    expect(batch?.faults).toEqual([
      { line: 1, reason: expect.stringContaining('is not JSON') as string },
      { line: 2, reason: 'the record is not a JSON object' },
      { line: 4, reason: expect.stringContaining('level "loud" is no level') as string },
    ]);
  });

  it('tell a line that is not UTF-8', async () => {
    const input = streamOf([Buffer.from([0x22, 0xff, 0x22])]);
    const [batch] = await all(batchesOf(readLines(input, 1_000), { records: 2, bytes: 1_000 }));
    expect(batch?.faults).toEqual([{ line: 1, reason: 'the line is not UTF-8' }]);
  });
});

describe('The progress of sending', () => {
  it('is a bar where the size of the input is known, and a count where it is not', () => {
    const done = { records: 1_500, bytes: 50, seconds: 2 };
    expect(progressLine({ ...done, totalBytes: 100 })).toBe('[############------------]  50 %  1,500 records, 750/s');
    expect(progressLine({ ...done, totalBytes: null })).toBe('1,500 records, 750/s');
  });
});
