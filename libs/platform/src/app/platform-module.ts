import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { HealthController } from '../health/health-controller.js';
import { ReadinessRegistry } from '../health/readiness.js';
import { Upgrades } from '../http/upgrades.js';
import type { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsController } from '../metrics/metrics-controller.js';
import { ApiDocs } from '../openapi/api-docs.js';
import { DocsController } from '../openapi/docs-controller.js';
import type { ApiPart } from '../openapi/operation.js';
import { CONFIG, LOGGER } from './tokens.js';

/** What every program has, one of each a process. */
export interface PlatformParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: ReadinessRegistry;
  readonly upgrades: Upgrades;
  /** What is described at /api; empty: nothing is. */
  readonly api: readonly ApiPart[];
}

/**
 * Gives CONFIG, LOGGER, Metrics, ReadinessRegistry and Upgrades to every module, and serves /healthz, /readyz and /metrics; where
 * the program has an API, its OpenAPI document too.
 */
@Module({})
export class PlatformModule {
  static register({ config, logger, metrics, readiness, upgrades, api }: PlatformParts): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: ReadinessRegistry, useValue: readiness },
      { provide: Upgrades, useValue: upgrades },
    ];
    const isDescribed = api.length > 0;
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController, ...(isDescribed ? [DocsController] : [])],
      providers: [...providers, ...(isDescribed ? [{ provide: ApiDocs, useFactory: () => new ApiDocs(api) }] : [])],
      exports: providers.map(({ provide }) => provide),
    };
  }
}
