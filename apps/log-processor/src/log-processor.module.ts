import { Module, type DynamicModule } from '@nestjs/common';
import { DagBuilder } from './dags/dag-builder.js';
import { DagSweep } from './maintenance/dag-sweep.js';
import { PatternEventSweep } from './maintenance/pattern-event-sweep.js';
import { SearchUpkeepLoop } from './maintenance/search-upkeep-loop.js';
import { StoreMaintenance } from './maintenance/store-maintenance.js';
import { BatchProcessor } from './store/batch-processor.js';
import { FetchedBatchController } from './store/fetched-batch.controller.js';

/** Stores what the bus brings, builds DAGs and maintains the store; `adapters` provides the store's ports and the dead letters. */
@Module({})
export class LogProcessorModule {
  static register(options: { readonly adapters: readonly DynamicModule[] }): DynamicModule {
    return {
      module: LogProcessorModule,
      imports: [...options.adapters],
      controllers: [FetchedBatchController],
      providers: [BatchProcessor, DagBuilder, StoreMaintenance, SearchUpkeepLoop, DagSweep, PatternEventSweep],
      exports: [DagBuilder],
    };
  }
}
