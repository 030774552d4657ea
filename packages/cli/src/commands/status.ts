import type { Command } from 'commander';
import { messageToJson } from '#proto';
import type { Method } from '../connection.js';
import { EXIT, type ExitCode } from '../failure.js';
import { readHttpStatus } from '../http-status.js';
import { httpAddress } from '../options.js';
import { statusLines } from '../render/status-lines.js';
import { withSession, type Session } from '../session.js';

/** grpc.health.v1.Health/Check of the server as a whole: an empty request. */
const CHECK: Method<null> = { path: '/grpc.health.v1.Health/Check', requestSerialize: () => Buffer.alloc(0) };

/** `rootspan status`: whether Rootspan is well, and how much it holds. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('tell whether Rootspan is well; with --http also what is stored and how far behind it is')
    .option('--http <address>', 'HTTP server to ask too, such as 127.0.0.1:8080', httpAddress)
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
  const stored = http === null ? null : await readHttpStatus(http, timeoutMs);
  if (json) await output.line(JSON.stringify({ address, health, ...(stored === null ? {} : { stored }) }));
  else await output.lines(statusLines({ address, health, stored }, output.palette));
  return health === 'SERVING' ? EXIT.found : EXIT.unavailable;
}
