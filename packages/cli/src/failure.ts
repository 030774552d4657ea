/**
 * Exit codes of the command line, the same for every command. `notFound` is also what a search that finds nothing ends
 * with, as grep does; `usage` is also a query or an id that the server can't read.
 */
export const EXIT = { found: 0, failed: 1, usage: 2, notFound: 3, unavailable: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An expected failure: people read `message` and `fix`, and no stack. */
export class Failure extends Error {
  /**
   * @param message what went wrong, a sentence
   * @param fix what to do about it; empty where the message says all
   * @param retryable true where the same call may succeed in a moment
   */
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly fix = '',
    readonly retryable = false,
  ) {
    super(message);
  }
}
