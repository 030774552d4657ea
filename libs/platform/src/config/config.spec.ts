import fc from 'fast-check';
import { APP_NAMES } from './config.js';
import { ConfigError } from './config-error.js';
import { configurationTable } from './configuration-table.js';
import { loadConfig } from './load-config.js';
import { editDistance } from './near-miss.js';
import { redactUrl } from './redact.js';
import { defaultOf, environmentSchema, variableNames } from './variables.js';

const separate = {
  KAFKA_BROKERS: 'kafka:9092',
  LOG_INGESTION_DATABASE: 'postgres://u:p@db/logs',
  DAG_DATABASE: 'postgres://u:p@db/dags',
};

function faultsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults.map((fault) => fault.variable);
    }
    throw error;
  }
  return [];
}

function messageOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('Loading the configuration', () => {
  it('needs nothing for the all-in-one', () => {
    expect(loadConfig('all-in-one', {})).toMatchObject({
      host: '127.0.0.1',
      grpc: { port: 50051 },
      http: { port: 8080 },
      otlp: { grpcPort: 4317, httpPort: 4318 },
      kafka: null,
      databases: { logIngestion: null, dag: null },
      dataDir: './.rootspan',
      retentionDays: 30,
      log: { level: 'info', format: 'auto' },
      announce: 'text',
      limits: {
        idBytes: 256,
        messageBytes: 1 << 20,
        attributes: 256,
        attributeKeyBytes: 256,
        attributeValueBytes: 1 << 16,
        attributesBytes: 1 << 20,
        callBytes: 16 << 20,
      },
      warnings: [],
    });
  });

  it.each([
    ['log-ingest', 50051, 8080],
    ['query-service', 50052, 8081],
  ] as const)('gives %s its own ports', (app, grpc, http) => {
    expect(loadConfig(app, separate)).toMatchObject({ grpc: { port: grpc }, http: { port: http } });
  });

  it('gives log-processor its own HTTP port', () => {
    expect(loadConfig('log-processor', separate).http.port).toBe(8082);
  });

  it('reads what Kafka needs', () => {
    const config = loadConfig('all-in-one', {
      KAFKA_BROKERS: 'a:1, [::1]:9092',
      KAFKA_TLS: 'yes',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: 'secret',
    });
    expect(config.kafka).toEqual({
      brokers: ['a:1', '[::1]:9092'],
      topic: 'logs.raw',
      dlqTopic: 'logs.dlq',
      groupId: 'rootspan-processor',
      sessionTimeoutMs: 10_000,
      partitions: 8,
      replication: -1,
      tls: true,
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'secret' },
    });
  });

  it.each([
    ['log-ingest', ['KAFKA_BROKERS']],
    ['log-processor', ['KAFKA_BROKERS', 'LOG_INGESTION_DATABASE', 'DAG_DATABASE']],
    ['query-service', ['LOG_INGESTION_DATABASE', 'DAG_DATABASE']],
  ] as const)('says what %s can not do without, and asks for no more', (app, variables) => {
    expect(faultsOf(() => loadConfig(app, { KAFKA_BROKERS: ' ' }))).toEqual(variables);
    expect(() => loadConfig(app, {})).toThrow(`${variables[0]}: is not set; ${app} needs it`);
  });

  it('reports every fault at once, each variable once', () => {
    const env = { GRPC_PORT: '70000', HOST: 'http://x', KAFKA_BROKERS: 'kafka', LOG_LEVEL: 'loud', DAG_DATABASE: 'mysql://x/y' };
    expect(faultsOf(() => loadConfig('log-processor', env))).toEqual([
      'HOST',
      'GRPC_PORT',
      'KAFKA_BROKERS',
      'DAG_DATABASE',
      'LOG_LEVEL',
      'LOG_INGESTION_DATABASE',
    ]);
  });

  it('names the value and what to write instead', () => {
    expect(() => loadConfig('all-in-one', { GRPC_PORT: '70000' })).toThrow(
      'The configuration of all-in-one has a fault:\n  GRPC_PORT: is "70000"; must be a port number from 0 to 65535 (0 picks a free one)',
    );
  });

  it.each([
    [{ GRPC_PORT: '9000', HTTP_PORT: '9000' }, 'HTTP_PORT'],
    [{ HTTP_PORT: '4318' }, 'OTLP_HTTP_PORT'],
    [{ OTLP_GRPC_PORT: 'no' }, 'OTLP_GRPC_PORT'],
    [{ OTLP_HTTP_PORT: '65536' }, 'OTLP_HTTP_PORT'],
    [{ KAFKA_TOPIC: 'a', KAFKA_DLQ_TOPIC: 'a' }, 'KAFKA_DLQ_TOPIC'],
    [{ KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }, 'KAFKA_SASL_MECHANISM'],
    [{ ROOTSPAN_QUEUE_BYTES: '1MiB' }, 'ROOTSPAN_QUEUE_BYTES'],
    [{ KAFKA_REPLICATION: '0' }, 'KAFKA_REPLICATION'],
    [{ TLS_CERT: '/cert.pem' }, 'TLS_CERT'],
  ])('refuses %j', (env, variable) => {
    expect(faultsOf(() => loadConfig('all-in-one', env))).toEqual([variable]);
  });

  it('lets both ports pick a free one', () => {
    expect(loadConfig('all-in-one', { GRPC_PORT: '0', HTTP_PORT: '0' })).toMatchObject({ grpc: { port: 0 }, http: { port: 0 } });
  });

  it('lets the OTLP receivers be off, and their ports be those of others where they are none', () => {
    const config = loadConfig('all-in-one', { OTLP_GRPC_PORT: 'off', OTLP_HTTP_PORT: 'Off' });
    expect(config.otlp).toEqual({ grpcPort: null, httpPort: null });
    expect(() => loadConfig('query-service', { HTTP_PORT: '4318', ...separate })).not.toThrow();
  });

  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost', 'my-host.example.org', '[::1]'])('takes the host %s', (value) => {
    expect(loadConfig('all-in-one', { HOST: value }).host).toBe(value.replace(/[[\]]/g, ''));
  });

  it.each(['1.2.3', '127.0.0.1:80', 'http://x', 'a b', '[127.0.0.1]', '-a'])('refuses the host %s', (value) => {
    expect(faultsOf(() => loadConfig('all-in-one', { HOST: value }))).toEqual(['HOST']);
  });

  it('never shows a secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9@:/?#"'_!-]{6,20}$/), (secret) => {
        const env = {
          LOG_INGESTION_DATABASE: `postgres://user:${secret}@host:port/db`,
          DAG_DATABASE: `http://user:${secret}@host/db`,
          KAFKA_SASL_PASSWORD: secret,
          TLS_KEY: secret,
        };
        expect(() => loadConfig('all-in-one', env)).toThrow(ConfigError);
        expect(messageOf(() => loadConfig('all-in-one', env))).not.toContain(secret);
      }),
    );
  });

  it('warns of names that look mistyped, and of no others', () => {
    const env = { KAFKA_BROKER: 'x:1', ROOTSPAN_DATADIR: '/x', KAFKA_SASL_USER: 'u', KAFKA_HEAP_OPTS: '-Xmx1g', PATH: '/bin' };
    expect(loadConfig('all-in-one', env).warnings).toEqual([
      'The environment variable KAFKA_BROKER is not known and was ignored; did you mean KAFKA_BROKERS?',
      'The environment variable ROOTSPAN_DATADIR is not known and was ignored; did you mean ROOTSPAN_DATA_DIR?',
      'The environment variable KAFKA_SASL_USER is not known and was ignored; did you mean KAFKA_SASL_USERNAME?',
    ]);
  });
});

describe('The table of variables', () => {
  it('has a default that its own schema takes, in every app', () => {
    for (const app of APP_NAMES) {
      for (const name of variableNames) {
        expect(environmentSchema.shape[name].safeParse(defaultOf(name, app))).toMatchObject({ success: true });
      }
    }
  });

  it('shows each variable with its default and meaning', () => {
    const table = configurationTable();
    expect(table.trimEnd().split('\n')).toHaveLength(variableNames.length + 2);
    expect(table).toContain(
      '| `HTTP_PORT` | all-in-one and log-ingest `8080`, log-processor `8082`, query-service `8081` | HTTP: ',
    );
    expect(table).toContain('| `KAFKA_BROKERS` | empty | Kafka brokers');
  });
});

describe('Sizes', () => {
  it.each([
    ['65536', 65536],
    ['64KiB', 65536],
    ['64 KiB', 65536],
    ['1MiB', 1048576],
  ])('reads %s', (text, value) => {
    expect(loadConfig('all-in-one', { ROOTSPAN_MAX_MESSAGE_BYTES: text }).limits.messageBytes).toBe(value);
  });

  it.each(['64K', '1 MB', '-1', '1.5MiB', '3MiB', '0'])('refuses %s', (text) => {
    expect(faultsOf(() => loadConfig('all-in-one', { ROOTSPAN_MAX_MESSAGE_BYTES: text }))).toEqual([
      'ROOTSPAN_MAX_MESSAGE_BYTES',
    ]);
  });
});

describe('Hiding passwords', () => {
  it('keeps the rest of a URL', () => {
    expect(redactUrl('postgres://me:p%40ss@db:5432/logs?sslmode=require&password=x')).toBe(
      'postgres://me:***@db:5432/logs?sslmode=require&password=***',
    );
    expect(redactUrl('cannot reach postgres://db/logs, nor amqp://a:b@c')).toBe(
      'cannot reach postgres://db/logs, nor amqp://a:***@c',
    );
  });

  it('hides a password that holds a slash', () => {
    expect(redactUrl('postgres://me:12/34@db/logs')).toBe('postgres://me:***@db/logs');
  });

  it('hides a password that holds an @', () => {
    expect(redactUrl('postgres://me:a@b:c@db/logs')).toBe('postgres://me:***@db/logs');
  });
});

describe('The edit distance', () => {
  it('counts insertions, deletions, replacements and swaps', () => {
    expect(['BROKERS', 'BROKER', 'BORKERS', 'BROKEERS', 'BRAKERS'].map((word) => editDistance(word, 'BROKERS'))).toEqual([
      0, 1, 1, 1, 1,
    ]);
  });

  it('is symmetric and zero for equal words only', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
