import { Inject, Injectable } from '@nestjs/common';
import { STORE_STATUS_READER, type StoreStatus, type StoreStatusReader } from '#db';
import { Metrics } from '#platform';

/** How the whole stands. */
export interface Status extends StoreStatus {
  readonly lag: {
    /** Messages on the bus that are not stored yet; null where this process does not read the bus. */
    readonly messages: number | null;
  };
}

/** The question how much is stored, and how far behind. */
@Injectable()
export class StatusQueries {
  constructor(
    @Inject(STORE_STATUS_READER) private readonly store: StoreStatusReader,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  async read(signal: AbortSignal): Promise<Status> {
    return { ...(await this.store.read(signal)), lag: { messages: this.metrics.lagMessages() } };
  }
}
