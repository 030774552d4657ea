type Step = () => unknown;

/** What has to be undone at the end of a run, last first, however the run ends: done, failed, or Ctrl-C. */
export class Cleanup {
  private readonly steps: Step[] = [];
  private running: Promise<void> | null = null;

  defer(step: Step): void {
    this.steps.push(step);
  }

  /** Runs every step although others fail; rejects with the first failure. */
  run(): Promise<void> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<void> {
    let failure: unknown;
    for (const step of this.steps.reverse()) {
      try {
        await step();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error(String(failure));
  }
}

/** Runs a benchmark's main function; whatever it deferred is undone before the process ends. Exit code 1 where it failed. */
export async function runBench(main: (cleanup: Cleanup) => Promise<void>): Promise<void> {
  const cleanup = new Cleanup();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const exit = (): never => process.exit(130);
      cleanup.run().then(exit, exit);
    });
  }
  try {
    await main(cleanup);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
  await cleanup.run();
}
