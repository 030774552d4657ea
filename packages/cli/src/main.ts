import { CommanderError } from 'commander';
import { EXIT, Failure } from './failure.js';
import { createProgram } from './program.js';
import { printable } from './render/printable.js';

/**
 * `| head` has seen enough: the end, and no failure; unless the command has said that ending early is one.
 */
function endWithClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? EXIT.found) : EXIT.failed);
  });
}

function say(error: unknown): number {
  // Commander has said it already; help and version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.found : EXIT.usage;
  const fix = error instanceof Failure && error.fix !== '' ? `fix: ${error.fix}\n` : '';
  process.stderr.write(`error: ${printable(error instanceof Error ? error.message : String(error))}\n${fix}`);
  return error instanceof Failure ? error.exitCode : EXIT.failed;
}

endWithClosedPipe(process.stdout);
endWithClosedPipe(process.stderr);
try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = say(error);
}
