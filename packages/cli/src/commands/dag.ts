import { Option, type Command } from 'commander';
import { dagToDot, dagToMermaid, dagToSvg, type DagOfTrace } from '#pictures';
import { Dag, messageToJson, QueryServiceService as query } from '#proto';
import { dagOfWire } from '../dag-of-wire.js';
import { EXIT, type ExitCode } from '../failure.js';
import { withSession, type Session } from '../session.js';

const PICTURES: ReadonlyMap<string, (trace: DagOfTrace) => string> = new Map([
  ['mermaid', (trace: DagOfTrace) => dagToMermaid(trace)],
  ['dot', (trace: DagOfTrace) => dagToDot(trace)],
  ['svg', (trace: DagOfTrace) => dagToSvg(trace)],
]);

/** `rootspan dag ID`: a trace's error DAG as JSON or as a picture. */
export function addDag(program: Command): void {
  program
    .command('dag')
    .description("print a failed trace's error DAG")
    .argument('<id>', 'trace id')
    .addOption(new Option('--format <format>', 'form of the DAG').choices(['json', ...PICTURES.keys()]).default('json'))
    .addHelpText('after', '\nExample:\n  rootspan dag abc123 --format svg > abc123.svg')
    .action((id: string, { format }: { readonly format: string }, command: Command) =>
      withSession(command, (session) => printDag(session, id, format)),
    );
}

async function printDag({ connection, output, json }: Session, traceId: string, format: string): Promise<ExitCode> {
  const bytes = await connection.ask(query.getDagByTraceId, { traceId, pageSize: 0, pageToken: '' });
  const draw = json ? undefined : PICTURES.get(format);
  await output.line(draw === undefined ? messageToJson('query.Dag', bytes) : draw(dagOfWire(Dag.decode(bytes))).trimEnd());
  return EXIT.found;
}
