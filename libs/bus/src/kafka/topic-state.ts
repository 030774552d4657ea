import type { BusSource } from '#domain';
import type { OffsetRange } from './broker-link.js';
import { ClusterClient } from './cluster-client.js';
import type { KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';

/** What the broker keeps of a topic now. */
export interface TopicState {
  readonly source: BusSource;
  /** By partition. */
  readonly ranges: ReadonlyMap<number, OffsetRange>;
}

/** Asks for a topic's identity and for what each partition keeps. Rejects where it doesn't exist or no broker answers. */
export async function readTopicState(connection: KafkaConnection, topic: string, logger: BusLogger): Promise<TopicState> {
  const cluster = new ClusterClient(connection, logger);
  try {
    const view = await cluster.describe(topic);
    if (view.topic === null) throw new Error(`Topic ${topic} does not exist.`);
    const ranges = new Map<number, OffsetRange>();
    for (const { partition } of view.topic.partitions) {
      const link = await cluster.openLeader(view, topic, partition);
      try {
        ranges.set(partition, await link.offsets(topic, partition));
      } finally {
        link.close();
      }
    }
    return { source: { clusterId: view.clusterId, topic, topicId: view.topic.topicId }, ranges };
  } finally {
    cluster.close();
  }
}
