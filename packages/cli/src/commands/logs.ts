import { Option, type Command } from 'commander';
import { elementsToJson, GetLogsRequest } from '#proto';
import { EXIT, type ExitCode } from '../failure.js';
import { rowLimit } from '../options.js';
import { logLines } from '../render/log-line.js';
import { counted } from '../render/words.js';
import { emptyOf, withSession, type Session } from '../session.js';
import { searchPages, type LogPage } from './log-pages.js';

interface LogsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly order: string;
}

const EXAMPLES = `
Examples:
  rootspan logs 'service:payments level>=warn "card declined" -health' --from -1h
  rootspan logs 'level>=error' --from -1d --limit all --json | jq .message`;

/** `rootspan logs [QUERY]`: records that a query asks for. */
export function addLogs(program: Command): void {
  program
    .command('logs')
    .description('search logs; nothing found ends with code 3')
    .argument('[query]', 'what to look for (docs/query-language.md), in quotes; all records where it is missing', '')
    .option('--from <time>', 'first instant: RFC 3339, an epoch, or relative (-1h)')
    .option('--to <time>', 'instant before which records lie, in the same forms (now)')
    .addOption(new Option('--limit <rows>', 'most records to show, or all').argParser(rowLimit).default(100))
    .addOption(new Option('--order <order>', 'desc: newest first, asc: oldest first').choices(['desc', 'asc']).default('desc'))
    .addHelpText('after', EXAMPLES)
    .action((query: string, options: LogsOptions, command: Command) =>
      withSession(command, (session) => showLogs(session, query, options)),
    );
}

async function showLogs({ connection, output, json }: Session, query: string, options: LogsOptions): Promise<ExitCode> {
  const { from = '', to = '', order, limit } = options;
  const request = { ...emptyOf(GetLogsRequest), query, from, to, order };
  let shown = 0;
  let last: LogPage | null = null;
  for await (const page of searchPages(connection, request, limit)) {
    if (json) await output.lines(first(page.wanted, elementsToJson('query.LogList', 'logs', page.bytes)));
    else for (const log of page.list.logs.slice(0, page.wanted)) await output.lines(logLines(log, output.palette));
    shown += page.wanted;
    last = page;
  }
  if (shown === 0) output.remark('No record matches.');
  else if (last !== null && last.list.nextPageToken !== '') output.remark(remainder(shown, last));
  return shown === 0 ? EXIT.notFound : EXIT.found;
}

function* first(count: number, texts: Iterable<string>): Generator<string, void> {
  let left = count;
  for (const text of texts) {
    if (left-- <= 0) return;
    yield text;
  }
}

function remainder(shown: number, { list: { total, totalIsExact } }: LogPage): string {
  const matching = total > shown ? ` of ${totalIsExact ? '' : 'at least '}${total.toLocaleString('en-US')}` : '';
  return `${counted(shown, 'record')} shown${matching}; --limit shows more.`;
}
