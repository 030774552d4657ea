import type { LogReader } from '../api/log-reader.js';
import type { LogSearch } from '../api/log-search.js';
import type { LogWriter } from '../api/log-writer.js';
import type { SearchUpkeep } from '../api/search-upkeep.js';
import { logAggregatesSuite } from './log-aggregates-suite.js';
import { logCountsSuite } from './log-counts-suite.js';
import { logTextsSuite } from './log-texts-suite.js';
import { logSearchSuite } from './log-search-suite.js';
import { sharedStore } from './shared-store.js';

/** An adapter on a real, empty store. */
export interface LogSearchUnderTest {
  readonly writer: LogWriter;
  readonly reader: LogReader;
  readonly search: LogSearch;
  readonly upkeep: SearchUpkeep;
  /** The same store's, which does to a few records at once what is otherwise done to many after a while. */
  readonly eagerUpkeep: SearchUpkeep;
  close(): Promise<void>;
}

/** The contract of LogSearch, for every adapter; on the real thing. */
export function describeLogSearch(name: string, make: () => Promise<LogSearchUnderTest>): void {
  describe(`LogSearch: ${name}`, () => {
    const made = sharedStore(make);
    describe('searching', () => logSearchSuite(made));
    describe('searching for texts', () => logTextsSuite(made));
    describe('counting', () => logAggregatesSuite(made));
    describe('counting by service and level', () => logCountsSuite(made));
  });
}
