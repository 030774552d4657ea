import type { LogReader } from '../api/log-reader.js';
import type { LogTail } from '../api/log-tail.js';
import type { LogWriter } from '../api/log-writer.js';
import type { StoreMishaps } from './log-store-under-test.js';
import { logTailSuite } from './log-tail-suite.js';
import { sharedStore } from './shared-store.js';

/** An adapter on a real, empty store. */
export interface LogTailUnderTest {
  readonly writer: LogWriter;
  readonly reader: LogReader;
  readonly tail: LogTail;
  readonly mishaps: StoreMishaps;
  close(): Promise<void>;
}

/** The contract of LogTail, for every adapter; on the real thing. */
export function describeLogTail(name: string, make: () => Promise<LogTailUnderTest>): void {
  describe(`LogTail: ${name}`, () => {
    logTailSuite(sharedStore(make));
  });
}
