/** What keeps an app from starting is said in one clear sentence, with exit code 1 and nothing left running. */
import { createServer } from 'node:net';
import type { AppName, AppProcess, Environment } from '../support/app-process.js';
import { embeddedDatabasePid } from '../support/embedded-database.js';
import { isAlive } from '../support/processes.js';
import { valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

describe('a start', () => {
  const bed = useTestBed();
  let running: AppProcess;

  beforeAll(async () => {
    running = await bed.allInOne();
  });

  /** Starts it, waits for its end, and answers its sentences: what it printed that is not a line of its log. */
  async function refused(name: AppName, environment: Environment): Promise<{ sentences: string[]; output: string }> {
    const app = bed.spawn(name, environment);
    expect(await app.untilExit()).toEqual({ code: 1, signal: null });
    const lines = app.output.split('\n').filter((line) => line !== '');
    return { sentences: lines.filter((line) => !line.startsWith('{')), output: app.output };
  }

  it('on a data folder in use names the folder and what to do', async () => {
    const folder = running.environment.ROOTSPAN_DATA_DIR ?? '';
    const { sentences } = await refused('all-in-one', { ROOTSPAN_DATA_DIR: folder });
    expect(sentences).toEqual([expect.stringContaining(folder)]);
    expect(sentences[0]).toContain('ROOTSPAN_DATA_DIR');
    expect(sentences[0]).toContain(String(running.pid));
  });

  it.each(['GRPC_PORT', 'HTTP_PORT', 'OTLP_GRPC_PORT', 'OTLP_HTTP_PORT'] as const)(
    'on a taken %s names the variable and the port',
    async (variable) => {
      const server = createServer();
      const port = await new Promise<number>((resolve) => {
        server.listen({ port: 0, host: '127.0.0.1' }, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      try {
        const ROOTSPAN_DATA_DIR = await bed.folder();
        const { sentences } = await refused('all-in-one', { ROOTSPAN_DATA_DIR, [variable]: String(port) });
        expect(sentences).toEqual([expect.stringContaining(`${variable} ${port}`)]);
        const database = embeddedDatabasePid(ROOTSPAN_DATA_DIR);
        expect(database !== null && isAlive(database)).toBe(false);
      } finally {
        server.close();
      }
    },
  );

  it('with faults in its configuration tells all of them at once, and no secret', async () => {
    const { sentences, output } = await refused('all-in-one', {
      GRPC_PORT: '70000',
      HTTP_PORT: 'eighty',
      HOST: 'http://localhost',
      LOG_LEVEL: 'loud',
      LOG_INGESTION_DATABASE: 'mysql://user:s3cret-one@localhost/logs',
      KAFKA_SASL_PASSWORD: 's3cret-two',
      ROOTSPAN_MAX_MESSAGE_BYTES: '1 elephant',
      TLS_KEY: 's3cret-three',
    });
    for (const variable of [
      'GRPC_PORT',
      'HTTP_PORT',
      'HOST',
      'LOG_LEVEL',
      'LOG_INGESTION_DATABASE',
      'KAFKA_SASL_MECHANISM',
      'KAFKA_SASL_USERNAME',
      'ROOTSPAN_MAX_MESSAGE_BYTES',
      'TLS_KEY',
    ]) {
      expect(sentences.filter((line) => line.trim().startsWith(`${variable}:`))).toHaveLength(1);
    }
    expect(output).not.toContain('s3cret');
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.each<[AppName, readonly string[]]>([
    ['log-ingest', ['KAFKA_BROKERS']],
    ['log-processor', ['KAFKA_BROKERS', 'LOG_INGESTION_DATABASE', 'DAG_DATABASE']],
    ['query-service', ['LOG_INGESTION_DATABASE', 'DAG_DATABASE']],
  ])('of %s alone names all that it needs', async (name, variables) => {
    const { sentences } = await refused(name, {});
    const named = sentences.flatMap((line) => /^\s*([A-Z_]+):/.exec(line)?.[1] ?? []);
    expect(named.sort()).toEqual([...variables].sort());
  });

  it('never prints the password of a database that is not there', async () => {
    const password = 's3cret-password';
    const url = `postgres://user:${password}@127.0.0.1:1/logs`;
    const app = bed.spawn('all-in-one', {
      ROOTSPAN_DATA_DIR: await bed.folder(),
      LOG_INGESTION_DATABASE: url,
      DAG_DATABASE: url,
      LOG_LEVEL: 'trace',
    });
    await app.untilListening();
    const { status, missing } = await app.readiness();
    expect(status).toBe(503);
    expect(missing.join('\n')).toContain('log-ingestion-db');
    expect((await app.stop('SIGTERM')).code).toBe(0);
    expect(app.output).not.toContain(password);
    expect(missing.join('\n')).not.toContain(password);
  });
  it('that was refused does no harm to what runs', async () => {
    expect(await bed.client(running.grpc).sendLog(valid())).toEqual({ status: 'ok' });
  });
});
