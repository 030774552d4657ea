import type { AppName } from './config.js';
import type { ConfigFault } from './config-error.js';
import { formatBytes } from './values.js';
import type { Environment, VariableName } from './variables.js';

/** What each program can't do without, and no more: ingest holds no database password. The all-in-one brings its own parts. */
const REQUIRED: Readonly<Record<AppName, readonly VariableName[]>> = {
  'all-in-one': [],
  'log-ingest': ['KAFKA_BROKERS'],
  'log-processor': ['KAFKA_BROKERS', 'LOG_INGESTION_DATABASE', 'DAG_DATABASE'],
  'query-service': ['LOG_INGESTION_DATABASE', 'DAG_DATABASE'],
};
const EXAMPLES: Partial<Record<VariableName, string>> = {
  KAFKA_BROKERS: 'localhost:9092',
  LOG_INGESTION_DATABASE: 'postgres://user:password@localhost:5432/log_ingestion_db',
  DAG_DATABASE: 'postgres://user:password@localhost:5432/dag_builder_db',
};
const INGEST_PORTS = ['GRPC_PORT', 'HTTP_PORT', 'OTLP_GRPC_PORT', 'OTLP_HTTP_PORT'] as const;
/** What each program opens. */
const PORTS: Readonly<Record<AppName, readonly (typeof INGEST_PORTS)[number][]>> = {
  'all-in-one': INGEST_PORTS,
  'log-ingest': INGEST_PORTS,
  'log-processor': ['HTTP_PORT'],
  'query-service': ['GRPC_PORT', 'HTTP_PORT'],
};
const SASL: readonly VariableName[] = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
const TLS: readonly VariableName[] = ['TLS_CERT', 'TLS_KEY', 'TLS_CLIENT_CA'];

/**
 * Rules that concern an app or several variables at once. Variables with a fault of their own are absent from
 * `environment` but named in `faulty`, so that nothing is reported twice.
 */
export function requirementFaults(
  app: AppName,
  environment: Readonly<Partial<Environment>>,
  faulty: ReadonlySet<string>,
): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  const fault = (variable: VariableName, problem: string) => faults.push({ variable, problem });
  const missing = (name: VariableName) => environment[name] === undefined && !faulty.has(name);

  for (const name of REQUIRED[app].filter(missing)) {
    fault(name, `is not set; ${app} needs it (only the all-in-one can do without). Set it, such as ${EXAMPLES[name] ?? ''}`);
  }
  const { KAFKA_TOPIC, KAFKA_DLQ_TOPIC } = environment;
  for (const [at, name] of PORTS[app].entries()) {
    const port = environment[name];
    const same = PORTS[app].slice(0, at).find((other) => environment[other] === port);
    if (port !== undefined && port !== null && port !== 0 && same !== undefined) {
      fault(name, `is ${port}, the same as ${same}; set one of them to another port`);
    }
  }
  if (KAFKA_TOPIC !== undefined && KAFKA_TOPIC === KAFKA_DLQ_TOPIC) {
    fault('KAFKA_DLQ_TOPIC', `is "${KAFKA_DLQ_TOPIC}", the same as KAFKA_TOPIC; give the dead letters a topic of their own`);
  }
  if (environment.KAFKA_REPLICATION === 0) {
    fault('KAFKA_REPLICATION', "is 0; must be at least 1, or -1 for the broker's default");
  }
  if (SASL.some((name) => environment[name] !== undefined)) {
    for (const name of SASL.filter(missing)) {
      fault(name, `is not set; ${SASL.join(', ')} belong together: set all three or none`);
    }
  }
  const { ROOTSPAN_QUEUE_BYTES: queue, ROOTSPAN_MAX_CALL_BYTES: call } = environment;
  if (queue !== undefined && call !== undefined && queue < call) {
    fault('ROOTSPAN_QUEUE_BYTES', `is ${formatBytes(queue)}, less than ROOTSPAN_MAX_CALL_BYTES; must hold at least one call`);
  }
  for (const name of TLS.filter((reserved) => environment[reserved] !== undefined)) {
    fault(name, 'is set, but TLS is not served yet; unset it and put a proxy that ends TLS in front');
  }
  return faults;
}
