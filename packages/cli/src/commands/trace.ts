import { Option, type Command } from 'commander';
import { Dag, elementsToJson, messageToJson, QueryServiceService as query, type QueryLog } from '#proto';
import { EXIT, Failure, type ExitCode } from '../failure.js';
import { rowLimit } from '../options.js';
import { traceLines } from '../render/trace-lines.js';
import { withSession, type Session } from '../session.js';
import { tracePages, type LogPage } from './log-pages.js';

/** A trace's DAG as it was answered, or why there is none. */
type DagAnswer = { readonly kind: 'dag'; readonly bytes: Buffer } | { readonly kind: 'none'; readonly reason: string };

/** `rootspan trace ID`: the causes of its failure, then its spans as a tree with their records. */
export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('show a trace: causes with evidence, then the tree of spans with their logs')
    .argument('<id>', 'trace id')
    .addOption(new Option('--limit <rows>', 'most records to show, or all').argParser(rowLimit).default(10_000))
    .addHelpText(
      'after',
      '\nWith --json: {"dag":...,"logs":[...]} on one line; dag is null where the trace has no error,\nand nextPageToken is there where it has more records.',
    )
    .action((id: string, { limit }: { readonly limit: number }, command: Command) =>
      withSession(command, (session) => showTrace(session, id, limit)),
    );
}

async function showTrace(session: Session, traceId: string, limit: number): Promise<ExitCode> {
  const { output, json } = session;
  const [dag, pages] = await Promise.all([readDag(session, traceId), readPages(session, traceId, limit)]);
  if (json) {
    await output.line(jsonOf(dag, pages));
    return EXIT.found;
  }
  const logs = pages.flatMap(({ list, wanted }): QueryLog[] => list.logs.slice(0, wanted));
  const isWhole = pages.at(-1)?.list.nextPageToken === '';
  const whyNoDag = dag.kind === 'none' ? dag.reason : '';
  const trace = { traceId, dag: dag.kind === 'dag' ? Dag.decode(dag.bytes) : null, whyNoDag, logs, isWhole };
  await output.lines(traceLines(trace, output.palette, output.width));
  if (!isWhole) output.fault(`The first ${logs.length} records are shown; --limit shows more.`);
  return EXIT.found;
}

async function readDag({ connection }: Session, traceId: string): Promise<DagAnswer> {
  try {
    const bytes = await connection.ask(query.getDagByTraceId, { traceId, pageSize: 0, pageToken: '' });
    return { kind: 'dag', bytes };
  } catch (error) {
    // A trace that nobody knows is told by the question for its records.
    if (error instanceof Failure && error.exitCode === EXIT.notFound) return { kind: 'none', reason: error.message };
    throw error;
  }
}

async function readPages({ connection }: Session, traceId: string, limit: number): Promise<LogPage[]> {
  const pages: LogPage[] = [];
  for await (const page of tracePages(connection, traceId, limit)) pages.push(page);
  return pages;
}

function jsonOf(dag: DagAnswer, pages: readonly LogPage[]): string {
  const logs = pages.flatMap(({ bytes, wanted }) => [...elementsToJson('query.LogList', 'logs', bytes)].slice(0, wanted));
  const nextPageToken = pages.at(-1)?.list.nextPageToken ?? '';
  const more = nextPageToken === '' ? '' : `,"nextPageToken":${JSON.stringify(nextPageToken)}`;
  return `{"dag":${dag.kind === 'dag' ? messageToJson('query.Dag', dag.bytes) : 'null'},"logs":[${logs.join(',')}]${more}}`;
}
