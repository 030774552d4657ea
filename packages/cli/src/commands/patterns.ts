import { Option, type Command } from 'commander';
import { elementsToJson, ListPatternsRequest, PatternList, QueryServiceService as query } from '#proto';
import { EXIT, type ExitCode } from '../failure.js';
import { rowLimit } from '../options.js';
import { patternTable } from '../render/pattern-lines.js';
import { emptyOf, withSession, type Session } from '../session.js';

interface PatternsOptions {
  readonly state?: string;
  readonly service?: string;
  readonly order: string;
  readonly limit: number;
}

const ORDERS: ReadonlyMap<string, string> = new Map([
  ['last-seen', 'last_seen'],
  ['count', 'count'],
  ['new', 'new'],
]);
const PAGE_ROWS = 1_000;

/** `rootspan patterns`: failed traces grouped by their cause. */
export function addPatterns(program: Command): void {
  program
    .command('patterns')
    .description('list failure patterns: failed traces grouped by their cause')
    .addOption(new Option('--state <state>', 'only patterns in this state').choices(['open', 'resolved', 'ignored']))
    .option('--service <name>', 'only patterns that this service is part of')
    .addOption(
      new Option('--order <order>', 'latest, most frequent or newest first').choices([...ORDERS.keys()]).default('last-seen'),
    )
    .addOption(new Option('--limit <rows>', 'most patterns to show, or all').argParser(rowLimit).default(50))
    .action((options: PatternsOptions, command: Command) => withSession(command, (session) => listPatterns(session, options)));
}

async function listPatterns({ connection, output, json }: Session, options: PatternsOptions): Promise<ExitCode> {
  const { state = '', service = '', order, limit } = options;
  const request = { ...emptyOf(ListPatternsRequest), state, service, orderBy: ORDERS.get(order) ?? '' };
  const patterns: PatternList['patterns'] = [];
  const texts: string[] = [];
  let pageToken = '';
  do {
    const pageSize = Math.min(limit - patterns.length, PAGE_ROWS);
    const bytes = await connection.ask(query.listPatterns, { ...request, pageSize, pageToken });
    const page = PatternList.decode(bytes);
    patterns.push(...page.patterns);
    if (json) texts.push(...elementsToJson('query.PatternList', 'patterns', bytes));
    pageToken = page.nextPageToken;
  } while (pageToken !== '' && patterns.length < limit);
  if (patterns.length === 0) output.remark('No pattern matches.');
  else await output.lines(json ? texts : patternTable(patterns, output.palette, output.tableWidth));
  if (pageToken !== '') output.remark(`${patterns.length} patterns shown; --limit shows more.`);
  return patterns.length === 0 ? EXIT.notFound : EXIT.found;
}
