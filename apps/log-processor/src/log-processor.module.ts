import { Module, type DynamicModule } from '@nestjs/common';
import { DagBuilder } from './dags/dag-builder.js';
import { BatchProcessor } from './store/batch-processor.js';
import { FetchedBatchController } from './store/fetched-batch.controller.js';

/** Stores what the bus brings and builds DAGs; `adapters` provides the store's ports and the dead letters. */
@Module({})
export class LogProcessorModule {
  static register(options: { readonly adapters: readonly DynamicModule[] }): DynamicModule {
    return {
      module: LogProcessorModule,
      imports: [...options.adapters],
      controllers: [FetchedBatchController],
      providers: [BatchProcessor, DagBuilder],
      exports: [DagBuilder],
    };
  }
}
