export type { Compression } from './codecs/codecs.js';
export type { KafkaConnection, KafkaSasl } from './connection.js';
export { KafkaDeadLetters, type KafkaDeadLettersOptions } from './dead-letters.js';
export type { BusLogger } from './logging.js';
export type { ReadLimits } from './partition-reader.js';
export { repairCommand } from './positions.js';
export { KafkaLogPublisher, type KafkaLogPublisherOptions } from './publisher.js';
export type { ForeignDecoder, ForeignMessage } from './read-message.js';
export type { QueueLimits } from './send-queue.js';
export { SeveralSources } from './several-sources.js';
export { KafkaLogSource, type KafkaLogSourceOptions } from './source.js';
export {
  prepareLogTopics,
  prepareTopics,
  type LogTopics,
  type PrepareTopicsOptions,
  type TopicSpec,
  type WaitFor,
} from './topic.js';
export type { OffsetRange } from './broker-link.js';
export { readTopicState, type TopicState } from './topic-state.js';
