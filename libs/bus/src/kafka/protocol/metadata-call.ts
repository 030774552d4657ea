import type { WireCall } from './wire-call.js';

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** A partition and the node that leads it; -1 while an election is under way. */
export interface PartitionLeader {
  readonly partition: number;
  readonly leader: number;
}

/** What the cluster says of one topic. */
export interface TopicView {
  readonly clusterId: string;
  /** By node id. */
  readonly brokers: ReadonlyMap<number, BrokerAddress>;
  /** Null: the topic does not exist. */
  readonly topic: { readonly topicId: string; readonly partitions: readonly PartitionLeader[] } | null;
}

export const METADATA_API_KEY = 3;
/** The first version that carries topic ids; brokers since 2.8. */
export const METADATA_API_VERSION = 10;

const NO_TOPIC_ID = Buffer.alloc(16);
const UNKNOWN_TOPIC_OR_PARTITION = 3;
/** Brokers answer these while an election is under way or the topic is being made; partitions are listed all the same. */
const LEADER_NOT_AVAILABLE = 5;

/** Metadata v10 of one topic, which is never created by asking. Source: https://kafka.apache.org/protocol#The_Messages_Metadata */
export function metadataCall(topicName: string): WireCall<TopicView> {
  return {
    apiKey: METADATA_API_KEY,
    apiName: 'Metadata',
    apiVersion: METADATA_API_VERSION,
    write: (body) => {
      body.writeUVarInt(2).writeBuffer(NO_TOPIC_ID).writeUVarIntString(topicName).writeUVarInt(0);
      body.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeUVarInt(0);
    },
    read: (body) => {
      body.int32();
      const brokers = body.compactArray(() => {
        const node = body.int32();
        const host = body.compactString() ?? '';
        const port = body.int32();
        body.compactString();
        body.skipTags();
        return [node, { host, port }] as const;
      });
      const clusterId = body.compactString() ?? '';
      body.int32();
      const topics = body.compactArray(() => {
        const errorCode = body.int16();
        const name = body.compactString();
        const topicId = body.uuid();
        body.int8();
        const partitions = body.compactArray(() => {
          body.int16();
          const partition = body.int32();
          const leader = body.int32();
          body.int32();
          for (let lists = 0; lists < 3; lists++) body.compactArray(() => body.int32());
          body.skipTags();
          return { partition, leader };
        });
        body.int32();
        body.skipTags();
        return { errorCode, name, topicId, partitions };
      });
      const found = topics.find(({ name }) => name === topicName);
      if (!found || found.errorCode === UNKNOWN_TOPIC_OR_PARTITION) return { clusterId, brokers: new Map(brokers), topic: null };
      if (found.errorCode !== 0 && found.errorCode !== LEADER_NOT_AVAILABLE) {
        throw new Error(`Kafka refuses to describe topic ${topicName}: error code ${found.errorCode}`);
      }
      return { clusterId, brokers: new Map(brokers), topic: { topicId: found.topicId, partitions: found.partitions } };
    },
  };
}
