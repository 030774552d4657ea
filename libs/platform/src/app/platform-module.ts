import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { HealthController } from '../health/health-controller.js';
import { ReadinessRegistry } from '../health/readiness.js';
import { Upgrades } from '../http/upgrades.js';
import type { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsController } from '../metrics/metrics-controller.js';
import { CONFIG, LOGGER } from './tokens.js';

/** What every program has, one of each a process. */
export interface PlatformParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: ReadinessRegistry;
  readonly upgrades: Upgrades;
}

/** Gives CONFIG, LOGGER, Metrics, ReadinessRegistry and Upgrades to every module, and serves /healthz, /readyz and /metrics. */
@Module({})
export class PlatformModule {
  static register({ config, logger, metrics, readiness, upgrades }: PlatformParts): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: ReadinessRegistry, useValue: readiness },
      { provide: Upgrades, useValue: upgrades },
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}
