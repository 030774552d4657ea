import type { AppName, Config, KafkaConfig, KafkaSasl } from './config.js';
import { ConfigError, type ConfigFault } from './config-error.js';
import { nearMisses } from './near-miss.js';
import { redactFaulty } from './redact.js';
import { requirementFaults } from './requirements.js';
import { defaultOf, environmentSchema, noteOf, variableNames, type Environment, type VariableName } from './variables.js';

/** The text of each variable: what was given, else the default. Blank counts as not given. */
function textsOf(app: AppName, env: NodeJS.ProcessEnv): Partial<Record<VariableName, string>> {
  const texts: Partial<Record<VariableName, string>> = {};
  for (const name of variableNames) {
    const given = env[name]?.trim();
    const text = given === undefined || given === '' ? defaultOf(name, app) : given;
    if (text !== undefined) {
      texts[name] = text;
    }
  }
  return texts;
}

/** The beginning of a sentence about a faulty value. */
function shown(name: VariableName, text: string): string {
  const visible = noteOf(name).secret === true ? null : redactFaulty(text);
  return visible === null ? 'is set but' : `is "${visible}";`;
}

/** What a text of the environment came to. */
type Parsed =
  | { readonly environment: Environment; readonly values: Environment; readonly faults: readonly [] }
  /** `values` holds the variables that are right, so that rules over several of them can still be checked. */
  | { readonly environment: null; readonly values: Partial<Environment>; readonly faults: readonly ConfigFault[] };

function parse(texts: Readonly<Partial<Record<VariableName, string>>>): Parsed {
  const result = environmentSchema.safeParse(texts);
  if (result.success) {
    return { environment: result.data, values: result.data, faults: [] };
  }
  const faults = result.error.issues.flatMap((issue): ConfigFault[] => {
    const name = variableNames.find((known) => known === issue.path[0]);
    return name === undefined ? [] : [{ variable: name, problem: `${shown(name, texts[name] ?? '')} ${issue.message}` }];
  });
  const faulty = new Set(faults.map((fault) => fault.variable));
  const sound = Object.fromEntries(Object.entries(texts).filter(([name]) => !faulty.has(name)));
  return { environment: null, values: environmentSchema.partial().parse(sound), faults };
}

function saslOf(environment: Environment): KafkaSasl | null {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  return mechanism !== undefined && username !== undefined && password !== undefined ? { mechanism, username, password } : null;
}

function kafkaOf(environment: Environment): KafkaConfig | null {
  const brokers = environment.KAFKA_BROKERS;
  if (brokers === undefined) {
    return null;
  }
  return {
    brokers,
    topic: environment.KAFKA_TOPIC,
    dlqTopic: environment.KAFKA_DLQ_TOPIC,
    groupId: environment.KAFKA_GROUP_ID,
    ingestTopics: environment.INGEST_TOPICS ?? [],
    sessionTimeoutMs: environment.KAFKA_SESSION_TIMEOUT_MS,
    partitions: environment.KAFKA_PARTITIONS,
    replication: environment.KAFKA_REPLICATION,
    tls: environment.KAFKA_TLS,
    sasl: saslOf(environment),
  };
}

function configOf(app: AppName, environment: Environment, warnings: readonly string[]): Config {
  return {
    app,
    host: environment.HOST,
    grpc: { port: environment.GRPC_PORT },
    http: { port: environment.HTTP_PORT },
    otlp: { grpcPort: environment.OTLP_GRPC_PORT, httpPort: environment.OTLP_HTTP_PORT },
    kafka: kafkaOf(environment),
    databases: { logIngestion: environment.LOG_INGESTION_DATABASE ?? null, dag: environment.DAG_DATABASE ?? null },
    dataDir: environment.ROOTSPAN_DATA_DIR,
    retentionDays: environment.RETENTION_DAYS,
    retentionBytes: environment.RETENTION_BYTES ?? null,
    log: { level: environment.LOG_LEVEL, format: environment.LOG_FORMAT },
    announce: environment.ROOTSPAN_ANNOUNCE,
    limits: {
      idBytes: environment.ROOTSPAN_MAX_ID_BYTES,
      messageBytes: environment.ROOTSPAN_MAX_MESSAGE_BYTES,
      attributes: environment.ROOTSPAN_MAX_ATTRIBUTES,
      attributeKeyBytes: environment.ROOTSPAN_MAX_ATTRIBUTE_KEY_BYTES,
      attributeValueBytes: environment.ROOTSPAN_MAX_ATTRIBUTE_VALUE_BYTES,
      attributesBytes: environment.ROOTSPAN_MAX_ATTRIBUTES_BYTES,
      callBytes: environment.ROOTSPAN_MAX_CALL_BYTES,
    },
    queue: { maxBytes: environment.ROOTSPAN_QUEUE_BYTES, maxTenantBytes: environment.ROOTSPAN_TENANT_QUEUE_BYTES },
    tail: { maxTails: environment.ROOTSPAN_MAX_TAILS, queueBytes: environment.ROOTSPAN_TAIL_QUEUE_BYTES },
    warnings,
  };
}

/**
 * Reads the environment once.
 * @param app decides on defaults and on what is required
 * @throws ConfigError with every fault at once
 */
export function loadConfig(app: AppName, env: NodeJS.ProcessEnv = process.env): Config {
  const { environment, values, faults } = parse(textsOf(app, env));
  const all = [...faults, ...requirementFaults(app, values, new Set(faults.map((fault) => fault.variable)))];
  if (environment === null || all.length > 0) {
    throw new ConfigError(app, all);
  }
  return configOf(app, environment, nearMisses(Object.keys(env), variableNames));
}
