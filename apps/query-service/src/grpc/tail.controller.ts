import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import {
  CallSignal,
  CurrentCaller,
  DecodePipe,
  OutgoingStream,
  RootspanError,
  storeFailed,
  writeWaiting,
  type Caller,
  type OutgoingCall,
} from '#platform';
import { TailLogsRequest, TailLogsResponse } from '#proto';
import type { TailEvent } from '../tail/tail-event.js';
import { TailService } from '../tail/tail-service.js';

const NOTHING = TailLogsResponse.decode(new Uint8Array(0));

/** Live tail of `query.QueryService`. Responses are answered as bytes: see query-service.ts. */
@Controller()
export class TailController {
  constructor(@Inject(TailService) private readonly tails: TailService) {}

  /**
   * Writes to the call itself, as fast as its flow control lets: Nest would keep for a slow reader whatever an Observable emits.
   */
  @GrpcMethod('QueryService', 'TailLogs')
  tailLogs(
    @Payload(new DecodePipe(TailLogsRequest)) request: TailLogsRequest,
    @CurrentCaller() caller: Caller,
    @CallSignal() signal: AbortSignal,
    @OutgoingStream() call: OutgoingCall<Buffer>,
  ): Observable<never> {
    return new Observable((subscriber) => {
      const serve = async (): Promise<void> => {
        const events = await this.tails.begin(caller, request, signal);
        for await (const event of events) await writeWaiting(call, responseOf(event));
      };
      serve().then(
        () => subscriber.complete(),
        (error: unknown) => {
          const known = error instanceof RootspanError || signal.aborted;
          subscriber.error(known ? error : storeFailed('logsFailed', error));
        },
      );
    });
  }
}

function responseOf(event: TailEvent): Buffer {
  switch (event.kind) {
    case 'records': {
      const position = event.records.at(-1)?.position() ?? '';
      return Buffer.concat([...event.records.map(({ bytes }) => bytes), encoded({ position })]);
    }
    case 'missed': {
      const { count, fromPosition, position } = event;
      return encoded({ position, missed: { count, fromPosition } });
    }
    case 'caught-up':
      return encoded({ position: event.position, caughtUp: true });
    case 'position':
      return encoded({ position: event.position });
  }
}

/** Fields of a message that follow one another make one message. */
function encoded(fields: Partial<TailLogsResponse>): Buffer {
  return Buffer.from(TailLogsResponse.encode({ ...NOTHING, ...fields }).finish());
}
