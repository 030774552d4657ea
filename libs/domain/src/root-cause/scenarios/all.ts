import { BLIND_1 } from './blind-1.js';
import { BLIND_2 } from './blind-2.js';
import { BLIND_3 } from './blind-3.js';
import { BLIND_4 } from './blind-4.js';
import { BLIND_5 } from './blind-5.js';
import { HAND_OVER, HANDLED } from './handled.js';
import { MISSING, SKEW } from './gaps.js';
import { CRASHES, REFUSED } from './lost-peers.js';
import { PROPAGATION, SAME_EXCEPTION, UNRELATED } from './propagation.js';
import { FAN_OUT, INDEPENDENT } from './fan-out.js';
import { RETRIES } from './retries.js';
import type { Scenario } from './scenario.js';
import { CANCELLATIONS, TIME_OUTS } from './time-outs.js';
import { WITH_TRACE_SPANS } from './with-trace-spans.js';

/** The labelled set. */
export const SCENARIOS: readonly Scenario[] = [
  ...PROPAGATION,
  ...SAME_EXCEPTION,
  ...UNRELATED,
  ...TIME_OUTS,
  ...CANCELLATIONS,
  ...CRASHES,
  ...REFUSED,
  ...RETRIES,
  ...FAN_OUT,
  ...INDEPENDENT,
  ...HANDLED,
  ...HAND_OVER,
  ...MISSING,
  ...SKEW,
  ...WITH_TRACE_SPANS,
  ...BLIND_1,
  ...BLIND_2,
  ...BLIND_3,
  ...BLIND_4,
  ...BLIND_5,
];
