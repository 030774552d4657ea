import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { CurrentCaller, RequestSignal, type Caller, type HttpReply, type HttpRequest, type RawQuery } from '#platform';
import { TailService } from '../../tail/tail-service.js';
import { answer } from '../answer.js';
import { serveEventStream } from './event-stream.js';
import { tailRequestOf } from './tail-parameters.js';

/** Live tail as an event stream; tail-socket.ts serves WebSockets at the same path. */
@Controller('api/v1/logs')
export class TailRestController {
  constructor(@Inject(TailService) private readonly tails: TailService) {}

  /** Events `log` (`query.Log`), `missed`, `caught_up` and `error`; see docs/live-tail.md. */
  @Get('tail')
  async tailLogs(
    @Query() raw: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() { headers }: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const lastEventId = headers['last-event-id'];
    const begun = async () => {
      const request = tailRequestOf(raw, typeof lastEventId === 'string' ? lastEventId : '');
      return this.tails.begin(caller, request, signal);
    };
    const events = await answer('logsFailed', signal, begun());
    reply.hijack();
    await serveEventStream(reply.raw, events, signal, this.tails.stopped);
  }
}
