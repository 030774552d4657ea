/** One variable that can't be used as it is. */
export interface ConfigFault {
  readonly variable: string;
  /** What is wrong and what to write instead; never a secret. */
  readonly problem: string;
}

/** The environment can't be used. Holds every fault, so that one start shows them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** What to print: the whole text, without a stack. */
  readonly userMessage: string;

  constructor(
    app: string,
    readonly faults: readonly ConfigFault[],
  ) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    const lines = faults.map((fault) => `  ${fault.variable}: ${fault.problem}`);
    super([`The configuration of ${app} has ${count}:`, ...lines].join('\n'));
    this.userMessage = this.message;
  }
}
