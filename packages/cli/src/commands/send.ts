import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { Log, LogIngestionServiceService as ingest, LogLevel, messageToJson } from '#proto';
import { EXIT, Failure, type ExitCode } from '../failure.js';
import { keyAndValue, wholeNumber } from '../options.js';
import { sendLines } from '../send/send-lines.js';
import { emptyOf, withSession, type Session } from '../session.js';

interface SendOptions {
  readonly trace?: string;
  readonly span?: string;
  readonly parent?: string;
  readonly service?: string;
  readonly level: string;
  readonly timestamp?: string;
  readonly attribute?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly file?: string;
  readonly batchSize: number;
  readonly batchId?: string;
}

const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ['trace', LogLevel.TRACE],
  ['debug', LogLevel.DEBUG],
  ['info', LogLevel.INFO],
  ['warn', LogLevel.WARN],
  ['error', LogLevel.ERROR],
  ['fatal', LogLevel.FATAL],
]);
const HELP = `
Without a message, records are read from --file or standard input, one JSON object a line:
  {"traceId":"abc123","spanId":"s1","service":"payments","level":"error","message":"card declined"}
Lines that are refused are told with their numbers, the others are stored; the exit code is then 1.

Examples:
  rootspan send --trace abc123 --span s1 --service payments --level error 'card declined'
  rootspan send --file records.ndjson
  rootspan logs 'service:payments' --limit all --json | rootspan send --tenant copy`;

/** `rootspan send`: one record from arguments, or many from a file or standard input. */
export function addSend(program: Command): void {
  program
    .command('send')
    .description('send a record, or a file of records')
    .argument('[message]', "the record's message")
    .option('--trace <id>', 'trace id')
    .option('--span <id>', 'span id')
    .option('--parent <id>', 'span id of the caller')
    .option('--service <name>', 'service')
    .addOption(new Option('--level <level>', 'level').choices([...LEVELS.keys()]).default('info'))
    .option('--timestamp <time>', 'RFC 3339 (now)')
    .addOption(new Option('--attribute <key=value>', 'attribute; may be given several times').argParser(keyAndValue))
    .option('--id <key>', 'idempotency key: sent again with the same, the record is stored once')
    .option('--file <path>', 'NDJSON to send; - is standard input')
    .addOption(new Option('--batch-size <records>', 'records of a call').argParser((text) => wholeNumber(text)).default(1_000))
    .option('--batch-id <id>', 'what the keys of the batches begin with; the same makes sending again safe (random)')
    .addHelpText('after', HELP)
    .action((message: string | undefined, options: SendOptions, command: Command) =>
      withSession(command, (session) => send(session, message, options)),
    );
}

async function send(session: Session, message: string | undefined, options: SendOptions): Promise<ExitCode> {
  const { file, batchSize, batchId = randomUUID() } = options;
  if (message !== undefined && file !== undefined) throw usage('a message and --file were given', 'give one of them');
  if (message !== undefined) return sendRecord(session, message, options);
  const fromInput = file === undefined || file === '-';
  if (fromInput && process.stdin.isTTY && file === undefined) {
    throw usage('there is nothing to send', 'give a message, --file, or records on standard input (rootspan send --help)');
  }
  // Whoever closes the pipe of our output before all is sent must not read of success.
  process.exitCode = EXIT.failed;
  const totalBytes = fromInput ? null : await sizeOf(file);
  const input: AsyncIterable<Buffer> = fromInput ? process.stdin : createReadStream(file);
  return sendLines(session, { input, totalBytes, batchSize, batchId });
}

async function sendRecord({ connection, output, json }: Session, message: string, options: SendOptions): Promise<ExitCode> {
  const { trace = '', span = '', parent = '', service = '', level, timestamp = '', attribute = {}, id = '' } = options;
  const missing = [
    ['--trace', trace],
    ['--span', span],
    ['--service', service],
  ].flatMap(([option, value]) => (value === '' ? [option] : []));
  if (missing.length > 0) throw usage(`a record needs ${missing.join(', ')}`, 'give what is missing (rootspan send --help)');
  const log: Log = {
    ...emptyOf(Log),
    traceId: trace,
    spanId: span,
    parentId: parent,
    service,
    message,
    level: LEVELS.get(level) ?? LogLevel.INFO,
    timestamp,
    attributes: { ...attribute },
    id,
  };
  const bytes = await connection.ask(ingest.sendLog, log);
  await output.line(json ? messageToJson('logs.LogAck', bytes) : '1 record stored');
  return EXIT.found;
}

async function sizeOf(path: string): Promise<number> {
  const entry = await stat(path).catch((error: unknown) => {
    throw new Failure(EXIT.failed, `${path} can't be read (${error instanceof Error ? error.message : String(error)}).`);
  });
  if (entry.isDirectory()) throw usage(`${path} is a folder`, 'name a file');
  return entry.size;
}

function usage(message: string, fix: string): Failure {
  return new Failure(EXIT.usage, `${message}.`, fix);
}
