import { text } from 'node:stream/consumers';
import { StoreUnavailableError } from '#db';
import type { HttpReply, HttpRequest } from '#platform';
import { LogList } from '#proto';
import type { ExportPart } from '../queries/export-part.js';
import { exported } from './ndjson.js';

const EMPTY_LIST = LogList.decode(new Uint8Array(0));

function partOf(messages: readonly string[], next: string): ExportPart {
  const log = LogList.decode(Uint8Array.of(0x0a, 0)).logs[0];
  if (log === undefined) throw new Error('an empty record is a record');
  const logs = messages.map((message) => ({ ...log, message }));
  return { list: Buffer.from(LogList.encode({ ...EMPTY_LIST, logs }).finish()), next };
}

/** What a client is sent, and what it was told beforehand. */
async function send(parts: AsyncGenerator<ExportPart>, signal = new AbortController().signal) {
  const told: Record<string, string> = {};
  const reply = { headers: (values: Readonly<Record<string, string>>) => Object.assign(told, values) } as unknown as HttpReply;
  const request = { method: 'GET', url: '/', headers: {} } as HttpRequest;
  const file = await exported(parts, { request, reply, signal, failure: 'logsFailed' });
  return { told, text: () => text(file.getStream()), stream: file.getStream() };
}

describe('an export', () => {
  it('is a line a record, part after part', async () => {
    async function* parts() {
      yield partOf(['a', 'b\n'], 'x');
      yield partOf([], 'y');
      yield partOf(['c'], '');
    }
    expect(await (await send(parts())).text()).toBe('{"message":"a"}\n{"message":"b\\n"}\n{"message":"c"}\n');
  });

  it('says in its last line what failed on the way, and where it goes on', async () => {
    async function* parts() {
      yield partOf(['a'], 'behind a');
      throw new StoreUnavailableError('away');
    }
    const lines = (await (await send(parts())).text()).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      error: { status: 503, code: expect.stringMatching(/^unavailable/) },
      nextPageToken: 'behind a',
    });
  });

  it('fails as a whole where there is no first part', async () => {
    async function* parts() {
      await Promise.reject(new StoreUnavailableError('away'));
      yield partOf([], '');
    }
    await expect(send(parts())).rejects.toMatchObject({ httpStatus: 503 });
  });

  it('asks for no part that nobody takes, and ends the parts where the client goes away', async () => {
    let asked = 0;
    let ended = false;
    async function* parts() {
      try {
        for (; asked < 1_000; asked++)
          yield partOf(
            Array.from({ length: 10 }, () => 'm'.repeat(50_000)),
            `after ${asked}`,
          );
      } finally {
        ended = true;
      }
    }
    const { stream } = await send(parts());
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    expect(asked).toBeLessThan(5);
    await iterator.return?.();
    expect([stream.destroyed, ended]).toEqual([true, true]);
  });
});
