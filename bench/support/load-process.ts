/** The program of the load's own process: takes LoadRequests from its parent, one after another, and answers each. */
import { LoadBatches } from './load-batches.js';
import { Load } from './load.js';
import { OtlpBatches } from './otlp-batches.js';
import type { LoadAnswer, LoadRequest } from './load-runner.js';

let load: Load | null = null;

async function answer(request: LoadRequest): Promise<LoadAnswer> {
  switch (request.kind) {
    case 'open':
      load = new Load(
        request.options.mode === 'otlp' ? new OtlpBatches(request.shape) : new LoadBatches(request.shape),
        request.options,
      );
      return { kind: 'open' };
    case 'run':
      if (load === null) throw new Error('the load is not open');
      return { kind: 'done', result: await load.run(request.records) };
  }
}

process.on('message', (request: LoadRequest) => {
  answer(request).then(
    (message) => process.send?.(message),
    (error: unknown) => process.send?.({ kind: 'failed', reason: error instanceof Error ? error.stack : String(error) }),
  );
});
// The parent is gone: so is the purpose.
process.on('disconnect', () => process.exit());
