import { describePatternCounts } from './pattern-counts-suite.js';
import { describePatternLists } from './pattern-lists-suite.js';
import { describePatternStates } from './pattern-states-suite.js';
import { PatternBed, type PatternStoreUnderTest } from './pattern-store-under-test.js';
import { sharedStore } from './shared-store.js';

/** The contract of PatternReader, PatternStateWriter, PatternEvents and of what DagWriter does for them; on the real thing. */
export function describePatternStore(name: string, makeStore: () => Promise<PatternStoreUnderTest>): void {
  describe(`PatternStore: ${name}`, () => {
    const store = sharedStore(makeStore);
    const openBed = (): PatternBed => new PatternBed(store());
    describe('counts', () => describePatternCounts(openBed));
    describe('states and events', () => describePatternStates(openBed));
    describe('lists', () => describePatternLists(openBed));
  });
}
