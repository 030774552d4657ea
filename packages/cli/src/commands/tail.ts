import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { elementsToJson, QueryServiceService as query, TailLogsRequest, TailLogsResponse } from '#proto';
import { EXIT, Failure, type ExitCode } from '../failure.js';
import { logLines } from '../render/log-line.js';
import { counted } from '../render/words.js';
import { emptyOf, withSession, type Session } from '../session.js';

interface TailOptions {
  readonly from?: string;
  readonly position?: string;
}

const EXAMPLES = `
Examples:
  rootspan tail 'level>=error -health'
  rootspan tail 'service:payments' --from -10m --json | jq .message`;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/** `rootspan tail [QUERY]`: records as they are stored, until it is interrupted. */
export function addTail(program: Command): void {
  program
    .command('tail')
    .description('follow logs as they are stored; ends when it is interrupted')
    .argument('[query]', 'what to look for (docs/query-language.md), in quotes; all records where it is missing', '')
    .option('--from <time>', 'begin with what is stored of this time and later (-1h, earliest); now where it is missing')
    .option('--position <position>', 'go on where an earlier tail has missed records')
    .addHelpText('after', EXAMPLES)
    .action((text: string, options: TailOptions, command: Command) =>
      withSession(command, (session) => follow(session, text, options)),
    );
}

async function follow(session: Session, text: string, { from = '', position = '' }: TailOptions): Promise<ExitCode> {
  const first = { ...emptyOf(TailLogsRequest), query: text, from, position };
  for await (const { bytes, response } of responses(session, first)) {
    const { output, json } = session;
    if (json) await output.lines(elementsToJson('query.TailLogsResponse', 'logs', bytes));
    else for (const log of response.logs) await output.lines(logLines(log, output.palette));
    const { missed } = response;
    if (missed !== undefined) {
      output.fault(
        `${counted(missed.count, 'record')} missed; they are found by: rootspan tail --position ${missed.fromPosition}`,
      );
    }
  }
  return EXIT.found;
}

/** What the server sends; where the stream breaks, another one goes on at the last position. */
async function* responses(
  { connection, output }: Session,
  first: TailLogsRequest,
): AsyncGenerator<{ readonly bytes: Buffer; readonly response: TailLogsResponse }, void> {
  let request = first;
  let pauseMs = FIRST_PAUSE_MS;
  let wasThere = false;
  for (;;) {
    try {
      for await (const bytes of connection.follow(query.tailLogs, request)) {
        const response = TailLogsResponse.decode(bytes);
        if (response.position !== '') request = { ...first, from: '', position: response.position };
        pauseMs = FIRST_PAUSE_MS;
        wasThere = true;
        yield { bytes, response };
      }
      return;
    } catch (error) {
      // A server that was never there is no server that comes back.
      if (!wasThere || !(error instanceof Failure) || !error.retryable) throw error;
      if (pauseMs === FIRST_PAUSE_MS) output.remark(`${error.message} Waiting for it to come back.`);
    }
    await pause(pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}
