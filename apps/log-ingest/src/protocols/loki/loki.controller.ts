import { Body, Controller, Get, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { SnappyError, inflateSnappyBlock } from '#bus';
import { CurrentCaller, ReadinessRegistry, TakesRawBody, callTooLarge, malformed, type Caller, type HttpReply } from '#platform';
import { ForeignIngest, digestKey } from '../records/foreign-ingest.js';
import { RecordBatch } from '../records/record-batch.js';
import { timestampOfNanos } from '../records/timestamp.js';
import { decodeJsonPush } from './decode-json-push.js';
import { decodeProtoPush } from './decode-proto-push.js';

/** What clients that ask for Loki's version are told: the push API that is served is that of this release line. */
const BUILD_INFO = { version: '3.0.0', revision: 'rootspan', branch: 'rootspan', buildUser: '', buildDate: '', goVersion: '' };

/**
 * The part of Loki's HTTP API that its clients send by (Promtail, Alloy, Vector, Fluent Bit, Docker's driver, ...).
 *
 * Source: Grafana Loki, "Loki HTTP API". 204 once all is durable; 400 permanent; 413 too large; 429 and 503 are to be sent
 * again. Where some lines break a limit the others are kept, and the answer is 400, as Loki's is.
 */
@Controller()
export class LokiController {
  constructor(
    @Inject(ForeignIngest) private readonly ingest: ForeignIngest,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
  ) {}

  /** Snappy protobuf, or JSON with Content-Encoding gzip or deflate. */
  @Post('loki/api/v1/push')
  @HttpCode(204)
  @TakesRawBody()
  async push(@Body() sent: unknown, @Headers() headers: IncomingHttpHeaders, @CurrentCaller() caller: Caller): Promise<void> {
    const batch = new RecordBatch(this.ingest.callBytes);
    const body = await this.decode(sent, headers, batch);
    const taken = await this.ingest.send(caller, batch, { protocol: 'loki', retryKey: retryKeyOf(body, batch, headers) });
    const [first] = taken.faults;
    if (first !== undefined) {
      const sentence = `${taken.rejected} of ${taken.rejected + taken.accepted} lines were refused, the others are kept`;
      throw malformed(`${sentence}; line ${first.row}: ${first.field} ${first.reason}.`);
    }
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: HttpReply): Promise<string> {
    const { ready } = await this.readiness.read();
    reply.headers({ 'content-type': 'text/plain; charset=utf-8' });
    if (!ready) reply.status(503);
    return ready ? 'ready\n' : 'not ready\n';
  }

  @Get('loki/api/v1/status/buildinfo')
  buildInfo(): object {
    return BUILD_INFO;
  }

  /** @returns the body as it was before any compression */
  private async decode(sent: unknown, headers: IncomingHttpHeaders, batch: RecordBatch): Promise<Buffer> {
    if (/\bjson\b/i.test(headers['content-type'] ?? '')) {
      const json = await this.ingest.inflated(sent, headers);
      decodeJsonPush(json, batch, (time) => (typeof time === 'string' ? timestampOfNanos(time) : null));
      return json;
    }
    // Some clients name the compression that the protocol has anyway.
    const isSnappy = /^\s*snappy\s*$/i.test(headers['content-encoding'] ?? '');
    const block = await this.ingest.inflated(sent, isSnappy ? {} : headers);
    if (block.length === 0) return block;
    const proto = inflated(block, this.ingest.callBytes);
    decodeProtoPush(proto, batch);
    return proto;
  }
}

function inflated(block: Buffer, limit: number): Buffer {
  try {
    return inflateSnappyBlock(block, limit);
  } catch (error) {
    if (!(error instanceof SnappyError)) throw error;
    throw error.isTooLarge ? callTooLarge(limit) : malformed(`The body can't be read: ${error.message}.`);
  }
}

/**
 * A push has no key, but the same body again is a retry where its clock is finer than a second: nobody logs the same lines
 * in the same fraction of a second twice. `X-Rootspan-Dedupe: off` says that it is not.
 */
function retryKeyOf(body: Buffer, batch: RecordBatch, headers: IncomingHttpHeaders): string {
  return headers['x-rootspan-dedupe'] === 'off' || !batch.hasFineTimes ? '' : digestKey(body);
}
