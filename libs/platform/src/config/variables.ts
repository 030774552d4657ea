import * as z from 'zod';
import type { AppName } from './config.js';
import { brokers, bytes, flag, host, ingestTopics, integer, oneOf, port, portOrOff, postgresUrl, text, topic } from './values.js';

/** What people are told about a variable. */
export interface VariableNote {
  /** One or more sentences for the configuration table. */
  readonly meaning: string;
  /** As one would write it; by app where it differs. Absent: not set. */
  readonly default?: string | Readonly<Record<AppName, string>>;
  /** True where the value is never shown. */
  readonly secret?: true;
}

export const variableNotes = z.registry<VariableNote>();

const ports = (allInOne: string, ingest: string, processor: string, query: string) => ({
  'all-in-one': allInOne,
  'log-ingest': ingest,
  'log-processor': processor,
  'query-service': query,
});

const KIB = 1024;
const MIB = KIB * KIB;

function noted<T extends z.ZodType>(schema: T, note: VariableNote): T {
  variableNotes.add(schema, note);
  return schema;
}

/** A variable that may be left out: the schema then gives undefined. */
const optional = <T extends z.ZodType>(schema: T, note: VariableNote) => noted(schema.optional(), note);

/** A variable that always has a value, be it its default. */
const required = <T extends z.ZodType>(schema: T, note: VariableNote & Required<Pick<VariableNote, 'default'>>) =>
  noted(schema, note);

/**
 * Every environment variable that Rootspan reads: its form, its default and its meaning. Nothing else reads the environment.
 * The README's configuration table is generated from it.
 */
export const environmentSchema = z.object({
  HOST: required(host(), { default: '127.0.0.1', meaning: 'Address that every server binds to (containers: 0.0.0.0).' }),
  GRPC_PORT: required(port(), {
    default: ports('50051', '50051', '50051', '50052'),
    meaning: 'gRPC: ingest and query, health and reflection; 0 picks a free port. The log-processor has no gRPC server.',
  }),
  HTTP_PORT: required(port(), {
    default: ports('8080', '8080', '8082', '8081'),
    meaning:
      'HTTP: the web UI and REST (all-in-one, query-service), ingest (all-in-one, log-ingest), their page /api/docs, /healthz, /readyz, /metrics; 0 picks a free port.',
  }),
  OTLP_GRPC_PORT: required(portOrOff(), {
    default: '4317',
    meaning: 'OTLP/gRPC: logs and traces (all-in-one, log-ingest); 0 picks a free port, off leaves it closed.',
  }),
  OTLP_HTTP_PORT: required(portOrOff(), {
    default: '4318',
    meaning: 'OTLP/HTTP: /v1/logs and /v1/traces, which HTTP_PORT serves too; 0 picks a free port, off leaves it closed.',
  }),

  KAFKA_BROKERS: optional(brokers(), {
    meaning: 'Kafka brokers, host:port separated by commas. Empty: the in-process bus (all-in-one only; elsewhere required).',
  }),
  KAFKA_TOPIC: required(topic(), { default: 'logs.raw', meaning: 'Topic of the records; created where it is missing.' }),
  KAFKA_DLQ_TOPIC: required(topic(), {
    default: 'logs.dlq',
    meaning: 'Topic of what could not be read; created where it is missing.',
  }),
  KAFKA_GROUP_ID: required(topic(), { default: 'rootspan-processor', meaning: 'Consumer group of the processors.' }),
  INGEST_TOPICS: optional(ingestTopics(), {
    meaning:
      'Topics of other programs that the processors read too, as format:topic separated by commas: filebeat:logs,ndjson:app. Formats: filebeat, json, ndjson.',
  }),
  KAFKA_SESSION_TIMEOUT_MS: required(integer(6_000, 1_800_000), {
    default: '10000',
    meaning:
      'A processor that gives no sign of life for so long loses its partitions to others. The broker bounds it (group.min.session.timeout.ms, group.max.session.timeout.ms).',
  }),
  KAFKA_PARTITIONS: required(integer(1, 10_000), { default: '8', meaning: 'Partitions of a topic that is created.' }),
  KAFKA_REPLICATION: required(integer(-1, 100), {
    default: '-1',
    meaning: "Replicas of a topic that is created; -1: the broker's default.",
  }),
  KAFKA_TLS: required(flag(), {
    default: 'false',
    meaning: 'true: connect to Kafka by TLS. NODE_EXTRA_CA_CERTS names a file of further authorities.',
  }),
  KAFKA_SASL_MECHANISM: optional(oneOf('plain', 'scram-sha-256', 'scram-sha-512'), {
    meaning: 'plain, scram-sha-256 or scram-sha-512, together with user name and password.',
  }),
  KAFKA_SASL_USERNAME: optional(text(), { meaning: 'User name for SASL.' }),
  KAFKA_SASL_PASSWORD: optional(text(), { meaning: 'Password for SASL.', secret: true }),

  LOG_INGESTION_DATABASE: optional(postgresUrl(), {
    meaning:
      'PostgreSQL 14+ URL of the log store (sslmode is honoured). Empty: the embedded PostgreSQL (all-in-one only; elsewhere required).',
  }),
  DAG_DATABASE: optional(postgresUrl(), {
    meaning: 'PostgreSQL 14+ URL of the DAG store, may name the same database. Empty: as above.',
  }),
  ROOTSPAN_DATA_DIR: required(text(), {
    default: './.rootspan',
    meaning: 'Folder of the embedded database and of state; survives restarts.',
  }),
  RETENTION_DAYS: required(integer(1, 36_500), {
    default: '30',
    meaning: 'Days that records are kept, counted from their receipt.',
  }),
  RETENTION_BYTES: optional(bytes(MIB, KIB * KIB * KIB * MIB), {
    meaning:
      'Most that records, spans, their indexes and what searches keep beside them may take on disk, such as 20GiB: the oldest partitions go first, the newest never. ' +
      'Empty: no bound. Set it for the log-processor.',
  }),

  LOG_LEVEL: required(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
    default: 'info',
    meaning: "Least level of the programs' own log: trace, debug, info, warn, error, fatal or silent.",
  }),
  LOG_FORMAT: required(oneOf('auto', 'json', 'pretty'), {
    default: 'auto',
    meaning: 'json, pretty, or auto: pretty on a terminal. The log goes to standard error.',
  }),
  ROOTSPAN_ANNOUNCE: required(oneOf('text', 'json'), {
    default: 'text',
    meaning: 'json: the bound addresses as one JSON line on standard output, for programs.',
  }),

  ROOTSPAN_MAX_ID_BYTES: required(bytes(16, KIB), {
    default: '256',
    meaning: 'Longest id, service, scope or event; at most 1 KiB, so that a trace id fits into an index entry.',
  }),
  ROOTSPAN_MAX_MESSAGE_BYTES: required(bytes(1, 2 * MIB), {
    default: '1MiB',
    meaning: 'Longest message; at most 2 MiB, so that a record fits into a Kafka message.',
  }),
  ROOTSPAN_MAX_ATTRIBUTES: required(integer(0, 10_000), { default: '256', meaning: 'Most attributes of a record.' }),
  ROOTSPAN_MAX_ATTRIBUTE_KEY_BYTES: required(bytes(1, 4 * KIB), { default: '256', meaning: 'Longest key of an attribute.' }),
  ROOTSPAN_MAX_ATTRIBUTE_VALUE_BYTES: required(bytes(1, MIB), { default: '64KiB', meaning: 'Longest value of an attribute.' }),
  ROOTSPAN_MAX_ATTRIBUTES_BYTES: required(bytes(1, MIB), { default: '1MiB', meaning: 'Size of all attributes of a record.' }),
  ROOTSPAN_MAX_CALL_BYTES: required(bytes(KIB, 256 * MIB), { default: '16MiB', meaning: "Size of a call's body." }),
  ROOTSPAN_QUEUE_BYTES: required(bytes(MIB, 64 * 1024 * MIB), {
    default: '64MiB',
    meaning: 'Records that may wait to become durable; more is refused as overload.',
  }),
  ROOTSPAN_TENANT_QUEUE_BYTES: required(bytes(MIB, 64 * 1024 * MIB), {
    default: '32MiB',
    meaning: 'The part of the queue that one tenant may fill.',
  }),
  ROOTSPAN_MAX_TAILS: required(integer(0, 100_000), { default: '256', meaning: 'Live tails that a process serves at a time.' }),
  ROOTSPAN_TAIL_QUEUE_BYTES: required(bytes(KIB, 1024 * MIB), {
    default: '1MiB',
    meaning: 'Records that may wait for a slow reader of a live tail; more are left out, and counted.',
  }),

  TLS_CERT: optional(text(), { meaning: 'Reserved: TLS is not served yet, put a proxy in front.' }),
  TLS_KEY: optional(text(), { meaning: 'Reserved.', secret: true }),
  TLS_CLIENT_CA: optional(text(), { meaning: 'Reserved.' }),
});

export type Environment = z.output<typeof environmentSchema>;
export type VariableName = keyof typeof environmentSchema.shape;

/** The names in the order of the schema. */
export const variableNames = Object.keys(environmentSchema.shape) as readonly VariableName[];

/** What is told about a variable. */
export function noteOf(name: VariableName): VariableNote {
  const note = variableNotes.get(environmentSchema.shape[name]);
  if (note === undefined) {
    throw new Error(`The variable ${name} has no note.`);
  }
  return note;
}

/** The variable's default in an app; undefined where there is none. */
export function defaultOf(name: VariableName, app: AppName): string | undefined {
  const value = noteOf(name).default;
  return typeof value === 'object' ? value[app] : value;
}
