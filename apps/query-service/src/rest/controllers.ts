import type { Type } from '@nestjs/common';
import { DagsController } from './dags.controller.js';
import { LogsController } from './logs.controller.js';
import { PatternsController } from './patterns.controller.js';
import { ServiceMapRestController } from './service-map.controller.js';
import { StatusController } from './status.controller.js';
import { TailRestController } from './tail/tail.controller.js';
import { TraceDagController } from './trace-dag.controller.js';
import { TracesController } from './traces.controller.js';

/** All of REST under /api. What is added here is described in openapi/query-api.ts; a test holds both against each other. */
export const REST_CONTROLLERS: readonly Type[] = [
  LogsController,
  TailRestController,
  TracesController,
  TraceDagController,
  DagsController,
  PatternsController,
  ServiceMapRestController,
  StatusController,
];
