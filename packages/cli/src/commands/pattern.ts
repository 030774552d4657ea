import { Argument, Option, type Command } from 'commander';
import { messageToJson, Pattern, PatternDetails, QueryServiceService as query } from '#proto';
import { EXIT, type ExitCode } from '../failure.js';
import { wholeNumber } from '../options.js';
import { patternLines } from '../render/pattern-lines.js';
import { printableLine } from '../render/printable.js';
import { withSession, type Session } from '../session.js';

const STATES: ReadonlyMap<string, string> = new Map([
  ['resolve', 'resolved'],
  ['ignore', 'ignored'],
  ['reopen', 'open'],
]);
const MAX_TRACES = 10_000;

/** `rootspan pattern ID [resolve|ignore|reopen]`: one pattern, or what people say of it. */
export function addPattern(program: Command): void {
  program
    .command('pattern')
    .description('show a failure pattern with its traces, or set its state')
    .argument('<id>', 'id of the pattern, 32 hex digits')
    .addArgument(new Argument('[action]', 'a resolved pattern that fails again is opened again').choices([...STATES.keys()]))
    .addOption(
      new Option('--limit <traces>', 'most traces to show, 10,000 at most')
        .argParser((text) => Math.min(wholeNumber(text), MAX_TRACES))
        .default(10),
    )
    .action((id: string, action: string | undefined, { limit }: { readonly limit: number }, command: Command) =>
      withSession(command, (session) => {
        return action === undefined ? showPattern(session, id, limit) : setState(session, id, STATES.get(action) ?? '');
      }),
    );
}

async function showPattern({ connection, output, json }: Session, id: string, limit: number): Promise<ExitCode> {
  const request = { id, pageSize: limit, pageToken: '', timelineFrom: '', timelineTo: '' };
  const bytes = await connection.ask(query.getPattern, request);
  if (json) await output.line(messageToJson('query.PatternDetails', bytes));
  else await output.lines(patternLines(PatternDetails.decode(bytes), output.palette));
  return EXIT.found;
}

async function setState({ connection, output, json }: Session, id: string, state: string): Promise<ExitCode> {
  const bytes = await connection.ask(query.setPatternState, { id, state });
  const { title, state: now } = Pattern.decode(bytes);
  await output.line(json ? messageToJson('query.Pattern', bytes) : `${printableLine(title)}: ${now}`);
  return EXIT.found;
}
