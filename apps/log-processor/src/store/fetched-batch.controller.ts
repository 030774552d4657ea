import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { StoreOutcome } from '#db';
import type { FetchedBatch } from '#domain';
import { BatchProcessor } from './batch-processor.js';
import { FETCHED_BATCH, LOG_BUS_TRANSPORT } from './log-bus-server.js';

/** Takes what the bus hands over. */
@Controller()
export class FetchedBatchController {
  constructor(@Inject(BatchProcessor) private readonly processor: BatchProcessor) {}

  @MessagePattern(FETCHED_BATCH, LOG_BUS_TRANSPORT)
  store(@Payload() batch: FetchedBatch): Promise<StoreOutcome> {
    return this.processor.process(batch);
  }
}
