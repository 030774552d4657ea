/** What a check says now. `detail` and `reason` are sentences for people; never a secret. */
export type CheckOutcome = { readonly ok: true; readonly detail?: string } | { readonly ok: false; readonly reason: string };

/** One thing that must work for the program to be of use: Kafka, a database, its migrations. */
export interface ReadinessCheck {
  readonly name: string;
  /** May reject or hang: both count as not ready. */
  check(): Promise<CheckOutcome>;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckOutcome>>;
}

export interface ReadinessTimes {
  /** Milliseconds that one check may take. */
  readonly checkTimeoutMs: number;
  /** Milliseconds that a report is given again instead of asking anew. */
  readonly cacheMs: number;
}

const DEFAULT_TIMES: ReadinessTimes = { checkTimeoutMs: 2_000, cacheMs: 500 };

/**
 * Collects the checks of all modules and answers whether the program is ready.
 *
 * Checks run side by side, each within a bound. Reports are kept for a moment and askers at the same time share one,
 * so that probes never load a dependency that is struggling. After `drain` it is never ready again.
 */
export class ReadinessRegistry {
  private readonly checks = new Map<string, ReadinessCheck>();
  private draining: string | null = null;
  private report: { readonly at: number; readonly promise: Promise<ReadinessReport> } | null = null;

  constructor(private readonly times: ReadinessTimes = DEFAULT_TIMES) {}

  /** Adds a check; the returned function takes it away. @throws Error where the name is taken */
  add(check: ReadinessCheck): () => void {
    if (this.checks.has(check.name)) {
      throw new Error(`There is a readiness check named "${check.name}" already.`);
    }
    this.checks.set(check.name, check);
    this.report = null;
    return () => {
      this.checks.delete(check.name);
      this.report = null;
    };
  }

  /** Not ready from now on, whatever the checks say. @param reason such as `The program is shutting down.` */
  drain(reason: string): void {
    this.draining = reason;
  }

  /** Never rejects. */
  async read(): Promise<ReadinessReport> {
    if (this.draining !== null) {
      return { ready: false, checks: { shutdown: { ok: false, reason: this.draining } } };
    }
    const now = performance.now();
    if (this.report === null || now - this.report.at > this.times.cacheMs) {
      this.report = { at: now, promise: this.ask() };
    }
    return this.report.promise;
  }

  private async ask(): Promise<ReadinessReport> {
    const outcomes = await Promise.all(
      [...this.checks.values()].map(async (check) => [check.name, await this.bounded(check)] as const),
    );
    return { ready: outcomes.every(([, outcome]) => outcome.ok), checks: Object.fromEntries(outcomes) };
  }

  private async bounded(check: ReadinessCheck): Promise<CheckOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckOutcome>((resolve) => {
      const reason = `No answer within ${this.times.checkTimeoutMs} ms.`;
      timer = setTimeout(() => resolve({ ok: false, reason }), this.times.checkTimeoutMs);
    });
    try {
      return await Promise.race([check.check(), late]);
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}
