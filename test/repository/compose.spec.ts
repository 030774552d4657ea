import { existsSync } from 'node:fs';
import { loadConfig, type AppName } from '#platform';
import { readComposeFile, ROOT, type Service } from './compose-file.js';
import { readDockerfile } from './dockerfile.js';

const compose = readComposeFile();
const apps = ['log-ingest', 'log-processor', 'query-service'] as const satisfies readonly AppName[];

function service(name: string, from = compose): Service {
  const found = from.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
  return found;
}

/** The database service that a URL leads to, and the URL it would give itself. */
function databaseOf(url: string | null, from = compose): { asked: string | null; own: string } {
  const { hostname } = new URL(url ?? 'postgres://missing/');
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = service(hostname, from).environment;
  return { asked: url, own: `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@${hostname}:5432/${POSTGRES_DB}` };
}

describe('docker-compose.yml', () => {
  it('has the three apps, Kafka and two databases', () => {
    expect(Object.keys(compose.services)).toEqual([...apps, 'kafka', 'log-ingestion-db', 'dag-builder-db']);
  });

  it.each(apps)('gives %s an environment that its configuration takes, without a warning', (app) => {
    const config = loadConfig(app, service(app).environment);
    expect(config).toMatchObject({ app, host: '0.0.0.0', warnings: [] });
  });

  it.each(apps)('starts %s by its own program', (app) => {
    expect(service(app).command).toEqual(['node', `dist/apps/${app}/src/main.js`]);
    expect(existsSync(`${ROOT}apps/${app}/src/main.ts`)).toBe(true);
  });

  it.each(apps)('publishes the ports of the contract that %s listens on, on this machine only', (app) => {
    const { grpc, http, otlp } = loadConfig(app, service(app).environment);
    const defaults = loadConfig(app, { ...service(app).environment, GRPC_PORT: '', HTTP_PORT: '' });
    const listening = [
      ...(app === 'log-processor' ? [] : [grpc.port]),
      http.port,
      ...(app === 'log-ingest' ? [otlp.grpcPort, otlp.httpPort] : []),
    ];
    expect([grpc.port, http.port]).toEqual([defaults.grpc.port, defaults.http.port]);
    expect(service(app).ports).toEqual(listening.map((port) => `127.0.0.1:${port}:${port}`));
  });

  it('publishes no port of Kafka and of the databases', () => {
    expect(['kafka', 'log-ingestion-db', 'dag-builder-db'].flatMap((name) => service(name).ports)).toEqual([]);
  });

  it.each(['log-ingest', 'log-processor'] as const)('sends %s to the listener that Kafka advertises', (app) => {
    const { kafka } = loadConfig(app, service(app).environment);
    expect(service('kafka').environment['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${kafka?.brokers.join()}`);
  });

  it.each<Record<string, string>>([{}, { LOG_INGESTION_DB_PASSWORD: 'one', DAG_BUILDER_DB_PASSWORD: 'two' }])(
    'gives apps and databases the same names and passwords with %j set',
    (env) => {
      const file = readComposeFile(env);
      for (const app of ['log-processor', 'query-service'] as const) {
        const { databases } = loadConfig(app, service(app, file).environment);
        for (const { asked, own } of [databaseOf(databases.logIngestion, file), databaseOf(databases.dag, file)]) {
          expect(asked).toBe(own);
        }
      }
    },
  );

  it('asks each app for its health by a script that is in its image', () => {
    const { stages } = readDockerfile();
    for (const app of apps) {
      const [kind, program, script] = service(app).healthcheck.test;
      expect([kind, program]).toEqual(['CMD', 'node']);
      expect(stages.get('runtime')?.copies).toContainEqual({ from: undefined, sources: [script], target: script });
      expect(service(app).environment['HTTP_PORT']).toBeDefined();
    }
  });

  it('asks the databases for the health of the user and database that they have', () => {
    for (const name of ['log-ingestion-db', 'dag-builder-db']) {
      const { environment, healthcheck } = service(name);
      const { POSTGRES_USER, POSTGRES_DB } = environment;
      expect(healthcheck.test).toEqual(['CMD', 'pg_isready', '--username', POSTGRES_USER, '--dbname', POSTGRES_DB]);
    }
  });

  it('starts each app after what it is configured to use', () => {
    const used = (app: AppName): string[] => {
      const { kafka, databases } = loadConfig(app, service(app).environment);
      const urls = [databases.logIngestion, databases.dag].filter((url) => url !== null);
      return [
        ...(kafka?.brokers ?? []).map((broker) => broker.replace(/:\d+$/, '')),
        ...urls.map((url) => new URL(url).hostname),
      ];
    };
    for (const app of apps) expect(Object.keys(service(app).depends_on)).toEqual(used(app));
  });

  it('declares every volume that it mounts, and keeps all data in volumes', () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0]));
    expect(mounted).toEqual(Object.keys(compose.volumes));
    expect(service('kafka').volumes).toEqual([`kafka-data:${service('kafka').environment['KAFKA_LOG_DIRS']}`]);
  });

  it.each(apps)('builds %s from a stage of the Dockerfile', (app) => {
    const { build } = service(app);
    expect(build).toEqual({ context: '.', dockerfile: 'deploy/Dockerfile', target: 'services' });
    expect(readDockerfile().stages.has('services')).toBe(true);
  });
});
