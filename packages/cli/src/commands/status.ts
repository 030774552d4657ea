import type { Command } from 'commander';
import { GetStatusRequest, messageToJson, QueryServiceService as query, Status } from '#proto';
import type { Connection, Method } from '../connection.js';
import { EXIT, Failure, type ExitCode } from '../failure.js';
import { readHttpStatus, type JsonObject } from '../http-status.js';
import { httpAddress } from '../options.js';
import { statusLines } from '../render/status-lines.js';
import { emptyOf, withSession, type Session } from '../session.js';

/** grpc.health.v1.Health/Check of the server as a whole: an empty request. */
const CHECK: Method<null> = { path: '/grpc.health.v1.Health/Check', requestSerialize: () => Buffer.alloc(0) };

/** `rootspan status`: whether Rootspan is well, and how much it holds. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('tell whether Rootspan is well, what is stored and how far behind it is')
    .option('--http <address>', 'HTTP server to ask what is stored, such as 127.0.0.1:8080', httpAddress)
    .addHelpText('after', '\nThe exit code is 0 where it serves and 4 where it does not.')
    .action(({ http }: { readonly http?: string }, command: Command) =>
      withSession(command, (session) => showStatus(session, http ?? null)),
    );
}

async function showStatus({ connection, output, json }: Session, http: string | null): Promise<ExitCode> {
  const { address, timeoutMs } = connection.target;
  const bytes = await connection.ask(CHECK, null);
  const { status: health = 'UNKNOWN' } = JSON.parse(messageToJson('grpc.health.v1.HealthCheckResponse', bytes)) as {
    status?: string;
  };
  const stored =
    http !== null ? await readHttpStatus(http, timeoutMs) : health === 'SERVING' ? await readStatus(connection) : null;
  if (json) await output.line(JSON.stringify({ address, health, ...(stored === null ? {} : { stored }) }));
  else await output.lines(statusLines({ address, health, stored }, output.palette));
  return health === 'SERVING' ? EXIT.found : EXIT.unavailable;
}

/** The same as readHttpStatus gives, by gRPC; null where the server answers no such questions, as log-ingest does. */
async function readStatus(connection: Connection): Promise<JsonObject | null> {
  const bytes = await connection.ask(query.getStatus, emptyOf(GetStatusRequest)).catch((error: unknown) => {
    if (error instanceof Failure && error.exitCode === EXIT.failed) return null;
    throw error;
  });
  if (bytes === null) return null;
  const { logs, spans, dags, lagMessages } = Status.decode(bytes);
  return {
    logs: {
      rows: Number(logs?.rows ?? 0),
      bytes: Number(logs?.bytes ?? 0),
      partitions: logs?.partitions ?? 0,
      retentionDays: logs?.retentionDays || null,
      maxBytes: Number(logs?.maxBytes ?? 0) || null,
      oldestReceivedAt: logs?.oldestReceivedAt || null,
    },
    spans: { rows: Number(spans?.rows ?? 0), bytes: Number(spans?.bytes ?? 0) },
    dags: { rows: Number(dags?.rows ?? 0), bytes: Number(dags?.bytes ?? 0), pending: Number(dags?.pending ?? 0) },
    lag: { messages: lagMessages === undefined ? null : Number(lagMessages) },
  };
}
