import type { AppName, Config } from '../config/config.js';
import { loadConfig } from '../config/load-config.js';
import { createLogger, type Logger } from '../logging/logger.js';
import { growHeapFreely } from './heap.js';
import { Lifecycle } from './lifecycle.js';

/** What a program's main function works with. */
export interface Running {
  readonly config: Config;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

/** The part of `process` that is used here. */
export interface ProcessHost {
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: { write(text: string): unknown };
  on(event: 'SIGINT' | 'SIGTERM' | 'uncaughtException' | 'unhandledRejection', listener: (value: unknown) => void): unknown;
  exit(code: number): void;
}

/** The sentence of an error that says what to do; undefined for the unforeseen, where the stack is of use. */
function userMessageOf(error: unknown): string | undefined {
  return error instanceof Error && 'userMessage' in error && typeof error.userMessage === 'string'
    ? error.userMessage
    : undefined;
}

/**
 * Runs a program from its configuration to its end.
 *
 * - `main` starts everything, registers each part with `lifecycle.onClose`, and returns; the program then runs on.
 * - A fault in the configuration, or an error with a `userMessage`, is printed as that one sentence, without a stack; exit code 1.
 * - SIGINT or SIGTERM closes all parts in reverse order and exits with 0, or with 1 where they take longer than the bound.
 *   A second signal exits at once.
 * - An error that nobody caught is logged; the parts are closed, and the exit code is 1.
 */
export async function runMain(
  app: AppName,
  main: (running: Running) => Promise<void>,
  host: ProcessHost = process,
): Promise<void> {
  growHeapFreely();
  let config: Config;
  try {
    config = loadConfig(app, host.env);
  } catch (error) {
    host.stderr.write(`${userMessageOf(error) ?? String(error)}\n`);
    host.exit(1);
    return;
  }
  const logger = createLogger(config);
  config.warnings.forEach((warning) => logger.warn(warning));
  const lifecycle = new Lifecycle(logger);

  const end = async (code: number): Promise<void> => {
    const outcome = await lifecycle.close();
    if (outcome.kind === 'late') {
      host.stderr.write(`${app} could not close ${outcome.part} in time and exits without it.\n`);
    }
    host.exit(outcome.kind === 'late' ? 1 : code);
  };

  let signalled = false;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    host.on(name, () => {
      if (signalled) {
        host.exit(1);
        return;
      }
      signalled = true;
      logger.info(`${name}: shutting down.`);
      void end(0);
    });
  }
  for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
    host.on(name, (error) => {
      logger.fatal({ err: error }, `${name}: the program ends.`);
      void end(1);
    });
  }

  try {
    await lifecycle.start(() => main({ config, logger, lifecycle }));
  } catch (error) {
    if (lifecycle.signal.aborted) {
      // A signal during the start: whatever failed, failed because of it.
      return;
    }
    const sentence = userMessageOf(error);
    if (sentence === undefined) {
      logger.fatal({ err: error }, `${app} could not start.`);
    } else {
      host.stderr.write(`${sentence}\n`);
    }
    await end(1);
  }
}
