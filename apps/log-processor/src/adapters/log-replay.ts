import type { ReplayEvent } from '#db/postgres';
import type { Logger } from '#platform';

/** Says what becomes of partitions whose position was wiped or put back. */
export function logReplay(logger: Logger, event: ReplayEvent): void {
  switch (event.kind) {
    case 'scanning': {
      const { topic, partitions } = event;
      const message =
        'Positions were wiped or put back: all of the log store is read to find what is stored of these partitions.';
      return logger.warn({ topic, partitions }, message);
    }
    case 'scanned': {
      const { topic, partitions, seconds } = event;
      return logger.info({ topic, partitions, seconds: Number(seconds.toFixed(1)) }, 'It is known what is stored of them.');
    }
    case 'replaying': {
      const { topic, partition, until } = event;
      return logger.info({ topic, partition, until: String(until) }, 'A partition is replayed: only what is missing is stored.');
    }
    case 'replayed': {
      const { topic, partition } = event;
      return logger.info({ topic, partition }, 'A partition was replayed.');
    }
  }
}
