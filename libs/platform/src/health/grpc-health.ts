import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { ReadinessRegistry } from './readiness.js';

/** The empty name stands for the server as a whole. */
const OVERALL = '';

/**
 * grpc.health.v1 that follows readiness: SERVING while every check passes, NOT_SERVING before, otherwise and at shutdown,
 * for the server as a whole and for each of its services. Watchers are told of changes.
 */
export class GrpcHealth {
  private readonly names: readonly string[];
  private readonly health: HealthImplementation;
  private serving = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param pollMs how often readiness is asked, milliseconds */
  constructor(
    private readonly readiness: ReadinessRegistry,
    services: readonly string[],
    private readonly pollMs = 1_000,
  ) {
    this.names = [OVERALL, ...services];
    this.health = new HealthImplementation(Object.fromEntries(this.names.map((name) => [name, 'NOT_SERVING'])));
  }

  /** Adds the service to a server that has none yet. */
  addTo(server: Server): void {
    this.health.addToServer(server);
  }

  /** Resolves once the first answer is known; goes on asking until `stop`. */
  async start(): Promise<void> {
    const { ready } = await this.readiness.read();
    if (this.stopped) {
      return;
    }
    this.set(ready);
    this.timer = setTimeout(() => void this.start(), this.pollMs);
    this.timer.unref();
  }

  /** NOT_SERVING from now on. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.set(false);
  }

  private set(serving: boolean): void {
    if (this.serving === serving) {
      return;
    }
    this.serving = serving;
    for (const name of this.names) {
      this.health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    }
  }
}
