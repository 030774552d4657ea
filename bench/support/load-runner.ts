import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from './cleanup.js';
import type { LoadShape } from './load-batches.js';
import type { LoadOptions, LoadResult } from './load.js';
import type { MeasuredProcess } from './usage.js';

export type LoadRequest =
  | { readonly kind: 'open'; readonly shape: LoadShape; readonly options: LoadOptions }
  | { readonly kind: 'run'; readonly records: number };

export type LoadAnswer =
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly reason: string };

/** A Load in a process of its own, so that its cost is counted apart from the servers'. */
export class LoadRunner {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves once the batches are encoded. */
  static async open(cleanup: Cleanup, shape: LoadShape, options: LoadOptions): Promise<LoadRunner> {
    const child = fork(fileURLToPath(new URL('./load-process.js', import.meta.url)));
    cleanup.defer(() => child.connected && child.disconnect());
    const runner = new LoadRunner(child);
    await runner.ask({ kind: 'open', shape, options });
    return runner;
  }

  get process(): MeasuredProcess {
    return { name: 'load', pid: this.child.pid ?? Number.NaN, isNode: false };
  }

  /** Sends so many records more. */
  async run(records: number): Promise<LoadResult> {
    const answer = await this.ask({ kind: 'run', records });
    if (answer.kind !== 'done') throw new Error(`the load answered ${answer.kind}`);
    return answer.result;
  }

  private ask(request: LoadRequest): Promise<LoadAnswer> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('The load process has ended.'));
      this.child.once('exit', onExit);
      this.child.once('message', (answer: LoadAnswer) => {
        this.child.off('exit', onExit);
        if (answer.kind === 'failed') reject(new Error(`The load failed: ${answer.reason}`));
        else resolve(answer);
      });
      this.child.send(request);
    });
  }
}
