export { InProcessBus, type InProcessBusOptions } from './in-process-bus.js';
export type { LaneLimits } from './lane.js';
