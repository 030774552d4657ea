export { DEAD_LETTERS, type DeadLetters } from './api/dead-letters.js';
export { LOG_PUBLISHER, type LogPublisher, type OutgoingSlice, type PublishOutcome } from './api/log-publisher.js';
export {
  LOG_SOURCE,
  type BatchHandler,
  type BatchOutcome,
  type LogSource,
  type PartitionLag,
  type PositionReader,
} from './api/log-source.js';
export { SnappyError, inflateSnappyBlock } from './snappy/snappy-block.js';
