import { Inject, Injectable, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { LOG_PUBLISHER, LOG_SOURCE } from '#bus';
import { InProcessBus } from '#bus/in-process';
import { Metrics, ReadinessRegistry, type Config } from '#platform';

/** Tells readiness and metrics how the bus does. */
@Injectable()
class InProcessBusHealth implements OnModuleInit {
  constructor(
    @Inject(InProcessBus) private readonly bus: InProcessBus,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.readiness.add({
      name: 'bus',
      check: () => {
        const problems = this.bus.problems();
        return Promise.resolve(problems.length === 0 ? { ok: true } : { ok: false, reason: problems.join(' ') });
      },
    });
    this.metrics.observeLag(() => this.bus.lag());
  }
}

/** Both sides of the in-process bus: one object, given to the ingest and to the processor module. */
@Module({})
export class InProcessBusModule {
  static register(queue: Config['queue']): DynamicModule {
    return {
      module: InProcessBusModule,
      providers: [
        {
          provide: InProcessBus,
          useFactory: () => new InProcessBus({ queueBytes: queue.maxBytes, tenantBytes: queue.maxTenantBytes }),
        },
        InProcessBusHealth,
        { provide: LOG_PUBLISHER, useExisting: InProcessBus },
        { provide: LOG_SOURCE, useExisting: InProcessBus },
      ],
      exports: [LOG_PUBLISHER, LOG_SOURCE],
    };
  }
}
