export { type BusNature, type BusProcess, type BusSettings, type BusUnderTest, sliceOf } from './bus-under-test.js';
export { FencedStore } from './fenced-store.js';
export { describeLogBus } from './log-bus-suite.js';
export { waitUntil } from './wait-until.js';
