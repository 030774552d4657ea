export type { DeadLetters } from './api/dead-letters.js';
export type { LogPublisher, OutgoingSlice, PublishOutcome } from './api/log-publisher.js';
export type { BatchHandler, BatchOutcome, LogSource, PositionReader } from './api/log-source.js';
