import { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { StreamableFile } from '@nestjs/common';
import { answered, NDJSON_TYPE, RootspanError, toProblem, type HttpReply, type HttpRequest, type StoreFailure } from '#platform';
import { elementsToJson } from '#proto';
import type { ExportPart } from '../queries/export-part.js';
import { answer } from './answer.js';

const CHUNK_CHARACTERS = 64 * 1024;
/** Fast: the client waits for it. */
const GZIP_LEVEL = 1;

interface Exchange {
  readonly request: HttpRequest;
  readonly reply: HttpReply;
  readonly signal: AbortSignal;
  /** What the store's failures are told as. */
  readonly failure: StoreFailure;
}

/**
 * Streams records, one `query.Log` a line, however many there are: the next part is asked for when the client has taken the one
 * before. gzip where Accept-Encoding names it.
 *
 * What fails before the first part is the answer's status. What fails later is the last line, an object with `error` (as the body
 * of a problem) and `nextPageToken`, with which the same question goes on behind the last record; no record has a member `error`.
 */
export async function exported(parts: AsyncGenerator<ExportPart>, exchange: Exchange): Promise<StreamableFile> {
  const { request, reply, signal, failure } = exchange;
  const first = await answer(failure, signal, parts.next());
  const zipped = takesGzip(request.headers['accept-encoding']);
  answered(reply, NDJSON_TYPE, '', zipped ? { 'content-encoding': 'gzip' } : {});
  const lines = Readable.from(linesOf(first, parts, exchange), { objectMode: false });
  return new StreamableFile(zipped ? pipeline(lines, createGzip({ level: GZIP_LEVEL }), () => undefined) : lines, {
    type: NDJSON_TYPE,
  });
}

async function* linesOf(
  first: IteratorResult<ExportPart>,
  parts: AsyncGenerator<ExportPart>,
  { signal, failure }: Exchange,
): AsyncGenerator<Buffer> {
  let next = '';
  try {
    for (let part = first; part.done !== true; part = await answer(failure, signal, parts.next())) {
      yield* chunksOf(part.value.list);
      ({ next } = part.value);
    }
  } catch (error) {
    // A client that went away reads nothing any more.
    if (signal.aborted || !(error instanceof RootspanError)) throw error;
    yield Buffer.from(`${JSON.stringify({ error: toProblem(error), nextPageToken: next })}\n`);
  } finally {
    await parts.return(undefined);
  }
}

function* chunksOf(list: Buffer): Generator<Buffer> {
  let text = '';
  for (const line of elementsToJson('query.LogList', 'logs', list)) {
    text += `${line}\n`;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** RFC 9110, 12.5.3: named, and not with a weight of 0. */
function takesGzip(accepted: string | string[] | undefined): boolean {
  const codings = String(accepted ?? '')
    .toLowerCase()
    .split(',');
  return codings.some((coding) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(coding));
}
