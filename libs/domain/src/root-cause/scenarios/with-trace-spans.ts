import { scenario, type Scenario } from './scenario.js';

/** Traces with OpenTelemetry spans: durations, status, kinds and links; some spans log nothing. */
export const WITH_TRACE_SPANS: readonly Scenario[] = [
  scenario(
    'trace spans',
    'status error without any log is the origin',
    'b',
    `
    a api
      @ 0-100 server error "500"
      99 E request failed
    b db < a
      @ 10-90 client error "relation users does not exist"`,
  ),
  scenario(
    'trace spans',
    'the callee without logs outlasts the give-up',
    'c',
    `
    a api
      @ 0-3001 server error
      3000 E timeout of 3000ms exceeded
    b prices < a
      @ 10-60 server ok
    c stock < a
      @ 10-4200 server`,
  ),
  scenario(
    'trace spans',
    'client and server spans, only the server logs',
    's',
    `
    a api
      @ 0-120 server error
      110 E Request failed with status code 500
    k api < a
      @ 5-105 client error "500"
    s users < k
      @ 10-100 server error "TypeError"
      95 E TypeError: user.name is undefined`,
  ),
  scenario(
    'trace spans',
    'a linked consumer fails',
    'c',
    `
    p orders
      @ 0-30 producer ok
      20 I sent OrderPlaced
    c mailer
      @ 5000-5200 consumer error links p
      5190 E mailbox full`,
  ),
  scenario(
    'trace spans',
    'links that form a cycle change nothing',
    'b',
    `
    a api
      @ 0-100 server error links b
      90 E boom failed
    b worker < a
      @ 10-80 internal error links a
      70 E schema mismatch in v7`,
  ),
  scenario(
    'trace spans',
    'the slowest of three internal spans',
    'd',
    `
    a api
      @ 0-2000 server error "deadline exceeded"
    b parse < a
      @ 5-15 internal
    c auth < a
      @ 20-60 client ok
    d render < a
      @ 70-2300 internal`,
  ),
  scenario(
    'trace spans',
    'a call that ended ok is not to blame',
    'a',
    `
    a api
      @ 0-100 server error
      95 E TypeError: x.map is not a function
    b users < a
      @ 10-60 server ok
      50 W slow query took 40 ms`,
  ),
];
