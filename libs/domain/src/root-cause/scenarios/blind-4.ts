import { scenario, type Scenario } from './scenario.js';

/** Written after the rules, by other habits of logging than theirs, to see whether they hold beyond the words that they were made with. */
export const BLIND_4: readonly Scenario[] = [
  scenario(
    'blind set 2',
    'failure after a long chain of good calls',
    'd',
    `
    a flow
      0 I start
      10 I step 1
      30 I step 2
      60 I step 3
      120 E step 3 failed
    b s1 < a
      12 I in
      20 I ok
    c s2 < a
      32 I in
      50 I ok
    d s3 < a
      62 I in
      110 E tuple concurrently updated`,
  ),
  scenario(
    'blind set 2',
    'the root ends well, one branch failed and nobody noticed',
    'c',
    `
    a a
      0 I start
      500 I 200 OK
    b b < a
      10 I start
      400 I done
    c c < b
      20 I start
      300 E could not update search index`,
  ),
  scenario(
    'blind set 2',
    'deep retry: the caller of the caller retries',
    'f2|f1',
    `
    a a
      0 I start
      900 E b failed twice
    b1 b < a
      10 I try 1
      200 E upstream c failed
    f1 c < b1
      20 I in
      190 E lease lost
    b2 b < a
      300 I try 2
      600 E upstream c failed
    f2 c < b2
      310 I in
      590 E lease lost`,
  ),
  scenario(
    'blind set 2',
    'a warning chain, error at the top only',
    'a',
    `
    a a
      0 I start
      90 E invalid state: cart is empty
    b b < a
      10 W deprecated call
      20 I done`,
  ),
  scenario(
    'blind set 2',
    'request hangs in the queue of the callee',
    'b',
    `
    a a
      0 I start
      10000 E SocketTimeoutException: timeout
    b b < a
      9500 W request waited 9400 ms in queue
      9600 I start
      10200 I end`,
  ),
  scenario(
    'blind set 2',
    'orphans only: consumer and its callee',
    'd',
    `
    c billing-consumer < x1
      0 I handling message
      200 E handler failed: ledger: period closed
    d ledger < c
      10 I post
      190 E period closed`,
  ),
  scenario(
    'blind set 2',
    'the slow callee below a missing span, named by the caller',
    'c',
    `
    a gateway
      0 I start
      5000 E no answer from stock after 5 s
    b prices < a
      10 I in
      40 I out
    c stock < x
      30 I counting
      6000 I counted`,
  ),
  scenario(
    'blind set 2',
    'one of two replicas is refused, the other answers',
    'z r1',
    `
    a a
      0 I start
      300 E parse error in answer of z
    r1 replica < a
      10 I query
      20 E connection refused: 10.0.0.1:5432
    r2 replica < a
      30 I query
      60 I 12 rows
    z z < a
      100 I in
      290 E unexpected token } at 17`,
  ),
  scenario(
    'blind set 2',
    'clock of the callee is far behind, time-out',
    'b',
    `
    a a
      60000 I start
      62000 E timed out after 2s
    b b < a
      57020 I in
      59900 I out`,
  ),
  scenario(
    'blind set 2',
    'lower-case fatal words in info do not matter',
    'b',
    `
    a a
      0 I start, fatal errors: 0
      50 E lookup failed
    b b < a
      10 I in
      40 E no such key: region`,
  ),
  scenario(
    'blind set 2',
    'a German shop logs in German',
    'c',
    `
    a kasse
      0 I Bestellung angenommen
      90 E Bestellung fehlgeschlagen
    b zahlung < a
      10 I Zahlung wird ausgeloest
      80 E Zahlung fehlgeschlagen: Karte gesperrt
    c bank < b
      20 I Pruefe Karte
      70 E Karte gesperrt`,
  ),
  scenario(
    'blind set 2',
    'gateway 499 and slow callee',
    'b',
    `
    a nginx
      0 I GET /x
      60000 E client closed connection (499)
    b app < a
      10 I in
      61000 I out after 60.9 s`,
  ),
  scenario(
    'blind set 2',
    'null answer of a callee that had an error',
    'b',
    `
    a a
      0 I start
      55 E TypeError: Cannot read properties of null (reading 'price')
    b prices < a
      10 I in
      50 E price list for 2027 is missing`,
  ),
];
