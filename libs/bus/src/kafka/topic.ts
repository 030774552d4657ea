import kafkajs, { type Admin } from 'kafkajs';
import { kafkajsConfig, type KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { GrowingPause, messageOf } from '../queue/pause.js';
import { SocketSet } from './socket-set.js';
import { ClusterClient } from './cluster-client.js';

/** A topic as it is to be. */
export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
}

/** Repeats an attempt until it works, saying what it waits for; rejects when the caller gives up. */
export type WaitFor = <T>(what: string, attempt: () => Promise<T>) => Promise<T>;

export interface PrepareTopicsOptions {
  readonly connection: KafkaConnection;
  readonly topics: readonly TopicSpec[];
  readonly logger: BusLogger;
  /** Default: tries again after growing pauses of up to 5 s, logging each failure's reason, for ever. */
  readonly waitFor?: WaitFor;
}

/** Names and sizes of the two topics that Rootspan works with. */
export interface LogTopics {
  readonly topic: string;
  readonly dlqTopic: string;
  readonly partitions: number;
  readonly replication: number;
}

/**
 * Prepares both topics: logs as configured, dead letters in one partition. What falls short is logged, and resolved with
 * for readiness.
 */
export async function prepareLogTopics(
  kafka: KafkaConnection & LogTopics,
  logger: BusLogger,
  waitFor: WaitFor,
): Promise<readonly string[]> {
  const { topic, dlqTopic, partitions, replication } = kafka;
  const topics = [
    { topic, partitions, replication },
    { topic: dlqTopic, partitions: 1, replication },
  ];
  const shortfalls = await prepareTopics({ connection: kafka, topics, logger, waitFor });
  for (const shortfall of shortfalls) logger.warn({}, shortfall);
  return shortfalls;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const RETENTION_MS = 7 * 24 * 3_600_000;
const SAFE_REPLICATION = 3;
const MIN_INSYNC = 2;

/**
 * Creates the topics that are missing and checks the others.
 *
 * Resolves with sentences that say what falls short of contract 5, none where all is well. Waits for a broker that is
 * away or still loading. Existing topics are never changed.
 */
export async function prepareTopics({ connection, topics, logger, waitFor }: PrepareTopicsOptions): Promise<string[]> {
  const wait = waitFor ?? waitForEver(logger);
  return wait(`Kafka at ${connection.brokers.join(',')}`, async () => {
    const sockets = new SocketSet();
    const admin = new kafkajs.Kafka(kafkajsConfig(connection, logger, sockets, REQUEST_TIMEOUT_MS)).admin();
    const cluster = new ClusterClient(connection, logger);
    try {
      await admin.connect();
      const shortfalls: string[] = [];
      for (const spec of topics) {
        if (!(await exists(cluster, spec.topic))) await create(admin, spec, logger);
        shortfalls.push(...(await check(admin, cluster, spec)));
      }
      return shortfalls;
    } finally {
      await admin.disconnect().catch(() => undefined);
      cluster.close();
      sockets.destroy();
    }
  });
}

async function exists(cluster: ClusterClient, topic: string): Promise<boolean> {
  return (await cluster.describe(topic)).topic !== null;
}

async function create(admin: Admin, { topic, partitions, replication }: TopicSpec, logger: BusLogger): Promise<void> {
  const settings: Record<string, string> = {
    'cleanup.policy': 'delete',
    'max.message.bytes': String(MAX_MESSAGE_BYTES),
    'retention.ms': String(RETENTION_MS),
    ...(replication >= SAFE_REPLICATION
      ? { 'min.insync.replicas': String(MIN_INSYNC), 'unclean.leader.election.enable': 'false' }
      : {}),
  };
  // False: another process has made it in the meantime.
  const isNew = await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  if (isNew) logger.info({ topic, partitions, replication }, 'topic created');
}

async function check(admin: Admin, cluster: ClusterClient, spec: TopicSpec): Promise<string[]> {
  const { topic } = spec;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions ?? [];
  if (partitions.length === 0 || !(await exists(cluster, topic))) throw new Error(`topic ${topic} is not there yet`);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entries = resources[0]?.configEntries ?? [];
  const setting = (name: string): string => entries.find((entry) => entry.configName === name)?.configValue ?? '';
  const replication = Math.min(...partitions.map(({ replicas }) => replicas.length));
  const faults: [boolean, string][] = [
    [
      Number(setting('max.message.bytes')) < MAX_MESSAGE_BYTES,
      `max.message.bytes is ${setting('max.message.bytes')}: set ${MAX_MESSAGE_BYTES} or more`,
    ],
    [isShort(setting('retention.ms')), `retention.ms is ${setting('retention.ms')}: set ${RETENTION_MS} (7 days) or more`],
    [
      setting('retention.bytes') !== '-1',
      `retention.bytes is ${setting('retention.bytes')}: set -1, so that no record goes before its time`,
    ],
    [
      setting('cleanup.policy') !== 'delete',
      `cleanup.policy is ${setting('cleanup.policy')}: set delete, compaction would lose records`,
    ],
    [replication < spec.replication, `replication is ${replication}: it was to be ${spec.replication}`],
    [partitions.length < spec.partitions, `partitions are ${partitions.length}: they were to be ${spec.partitions}`],
  ];
  if (replication >= SAFE_REPLICATION) {
    const inSync = setting('min.insync.replicas');
    const unclean = setting('unclean.leader.election.enable');
    faults.push([
      Number(inSync) < MIN_INSYNC,
      `min.insync.replicas is ${inSync}: set ${MIN_INSYNC}, else an acknowledged record may exist once only`,
    ]);
    faults.push([
      unclean !== 'false',
      `unclean.leader.election.enable is ${unclean}: set false, else acknowledged records may be lost`,
    ]);
  }
  return faults.filter(([isFault]) => isFault).map(([, sentence]) => `Topic ${topic}: ${sentence}.`);
}

function isShort(retentionMs: string): boolean {
  return retentionMs !== '-1' && Number(retentionMs) < RETENTION_MS;
}

function waitForEver(logger: BusLogger): WaitFor {
  return async (what, attempt) => {
    const retry = new GrowingPause(200, 5_000);
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        logger.info({ reason: messageOf(error) }, `waiting for ${what}`);
        await retry.wait();
      }
    }
  };
}
