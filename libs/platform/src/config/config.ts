/** The programs that read this configuration. */
export const APP_NAMES = ['all-in-one', 'log-ingest', 'log-processor', 'query-service'] as const;
export type AppName = (typeof APP_NAMES)[number];

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** How the messages of a topic of other programs are read. */
export type TopicFormat = 'filebeat' | 'json' | 'ndjson';

/** A topic of other programs. */
export interface IngestTopic {
  readonly format: TopicFormat;
  readonly topic: string;
}

export interface KafkaConfig {
  /** host:port each, at least one. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly dlqTopic: string;
  readonly groupId: string;
  /** Read beside `topic`, each by a consumer group of its own. */
  readonly ingestTopics: readonly IngestTopic[];
  readonly sessionTimeoutMs: number;
  /** Partitions of a topic that is created; one that exists keeps its own number. */
  readonly partitions: number;
  /** Replicas of a topic that is created; -1: the broker's default. */
  readonly replication: number;
  readonly tls: boolean;
  readonly sasl: KafkaSasl | null;
}

/** Sizes that a record and a call may have; bytes of UTF-8. The same shape as RecordLimits of libs/proto. */
export interface LimitsConfig {
  readonly idBytes: number;
  readonly messageBytes: number;
  readonly attributes: number;
  readonly attributeKeyBytes: number;
  readonly attributeValueBytes: number;
  readonly attributesBytes: number;
  readonly callBytes: number;
}

/** All that can be set from outside, checked and typed. Made once by `loadConfig`, never changed. */
export interface Config {
  readonly app: AppName;
  /** Address that every server binds to; IPv6 without brackets. */
  readonly host: string;
  /** 0 picks a free port. The log-processor has no gRPC server. */
  readonly grpc: { readonly port: number };
  readonly http: { readonly port: number };
  /** The OTLP receivers of all-in-one and log-ingest; null: off. */
  readonly otlp: { readonly grpcPort: number | null; readonly httpPort: number | null };
  /** Null: the in-process bus (all-in-one only). */
  readonly kafka: KafkaConfig | null;
  /** PostgreSQL URLs. Null: the embedded PostgreSQL (all-in-one only). */
  readonly databases: { readonly logIngestion: string | null; readonly dag: string | null };
  /** As it was given: relative to the working directory unless absolute. */
  readonly dataDir: string;
  readonly retentionDays: number;
  /** Null: no bound. */
  readonly retentionBytes: number | null;
  readonly log: { readonly level: LogLevel; readonly format: 'auto' | 'json' | 'pretty' };
  /** How the addresses are told at start-up. */
  readonly announce: 'text' | 'json';
  readonly limits: LimitsConfig;
  /** Bytes of records that may wait to become durable; more is refused as overload. */
  readonly queue: { readonly maxBytes: number; readonly maxTenantBytes: number };
  /** Live tails at a time, and bytes of records that may wait for the reader of one. */
  readonly tail: { readonly maxTails: number; readonly queueBytes: number };
  /** Sentences about variables that look mistyped; to be logged at start-up. */
  readonly warnings: readonly string[];
}
