import { Command, Option } from 'commander';
import { addCompletion } from './commands/completion.js';
import { addDag } from './commands/dag.js';
import { addLogs } from './commands/logs.js';
import { addMap } from './commands/map.js';
import { addPattern } from './commands/pattern.js';
import { addPatterns } from './commands/patterns.js';
import { addSend } from './commands/send.js';
import { addStatus } from './commands/status.js';
import { addTail } from './commands/tail.js';
import { addTrace } from './commands/trace.js';
import { hostAndPort, seconds } from './options.js';

const HELP = `
Exit codes: 0 found or done, 1 failed, 2 wrong usage or query, 3 not found, 4 Rootspan is not available.`;

/** All commands. Parsing throws CommanderError after it has printed what is wrong. */
export function createProgram(): Command {
  const program = new Command('rootspan')
    .description('Asks Rootspan for logs, traces and their causes, and sends logs, over gRPC.')
    .addOption(
      new Option('--address <host:port>', "Rootspan's gRPC server")
        .env('ROOTSPAN_ADDRESS')
        .default('127.0.0.1:50051')
        .argParser(hostAndPort),
    )
    .addOption(new Option('--tenant <tenant>', 'whose records').default('', 'default'))
    .addOption(new Option('--timeout <seconds>', 'longest wait for an answer').argParser(seconds).default(30))
    .option('--json', 'protobuf-JSON, one object a line')
    .option('--no-color', 'no colours on a terminal (as with NO_COLOR)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', HELP)
    .showHelpAfterError('(rootspan --help tells more)')
    .exitOverride();
  for (const add of [addLogs, addTail, addTrace, addDag, addPatterns, addPattern, addMap, addSend, addStatus, addCompletion])
    add(program);
  return program;
}
