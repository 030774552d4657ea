import { errorTracesSuite } from './error-traces-suite.js';
import { exactlyOnceSuite } from './exactly-once-suite.js';
import { logReaderSuite } from './log-reader-suite.js';
import type { MakeLogStore } from './log-store-under-test.js';
import { replayPropertiesSuite } from './replay-properties-suite.js';
import { replaySuite } from './replay-suite.js';
import { roundTripSuite } from './round-trip-suite.js';
import { sharedStore } from './shared-store.js';
import { spanRoundTripSuite } from './span-round-trip-suite.js';
import { spansSuite } from './spans-suite.js';
import { unstorableSuite } from './unstorable-suite.js';

/** The contracts of LogWriter, LogReader and SpanReader, for every adapter; on the real thing. */
export function describeLogStore(name: string, makeStore: MakeLogStore): void {
  describe(`LogStore: ${name}`, () => {
    const store = sharedStore(makeStore);
    describe('fields', () => roundTripSuite(store));
    describe('exactly once', () => exactlyOnceSuite(store));
    describe('replays', () => replaySuite(store));
    describe('replays in any order', () => replayPropertiesSuite(store));
    describe('what can not be stored', () => unstorableSuite(store));
    describe('reading', () => logReaderSuite(store));
    describe('error traces', () => errorTracesSuite(store));
    describe('fields of spans', () => spanRoundTripSuite(store));
    describe('spans', () => spansSuite(store));
  });
}
