import { scenario, type Scenario } from './scenario.js';

/** Written after the rules, by other habits of logging than theirs, to see whether they hold beyond the words that they were made with. */
export const BLIND_2: readonly Scenario[] = [
  scenario(
    'blind set 1',
    'null pointer in the parent, child healthy',
    'a',
    `
    a pricing
      0 I price
      50 E java.lang.NullPointerException: Cannot invoke "Rate.value()" because "rate" is null
    b rates < a
      5 I GET /rates
      20 I 200 OK`,
  ),
  scenario(
    'blind set 1',
    'an orphan with the error, a root that fails',
    'x',
    `
    a gateway
      0 I GET /x
      500 E Bad Gateway
    x ledger < hidden
      30 I posting
      400 E account 5 is frozen`,
  ),
  scenario(
    'blind set 1',
    'the same error text below an unknown middle span, clocks off',
    'x',
    `
    a gateway
      0 I GET /x
      500 E ledger said: account 5 is frozen
    x ledger < hidden
      3030 I posting
      3400 E account 5 is frozen`,
  ),
  scenario(
    'blind set 1',
    'independent failures of two callees, the parent reports both',
    'b|c',
    `
    a page
      0 I render
      300 E 2 of 3 widgets failed
    b weather < a
      10 I load
      100 E api key revoked
    c stocks < a
      10 I load
      200 E symbol ACME is delisted`,
  ),
  scenario(
    'blind set 1',
    'a handled error and nothing else',
    'b',
    `
    a page
      0 I render
      120 I rendered without weather
    b weather < a
      10 I load
      100 E api key revoked`,
  ),
  scenario(
    'blind set 1',
    '.NET gave up, Polly says so',
    'w',
    `
    a Checkout.Api
      0 I POST /checkout
      10010 E Polly.Timeout.TimeoutRejectedException: The delegate executed asynchronously through TimeoutPolicy did not complete within the timeout.
    w Warehouse.Api < a
      12 I Allocating 40 lines
      7000 I Allocated 20 lines`,
  ),
  scenario(
    'blind set 1',
    'Ruby and Rails',
    'p',
    `
    a storefront
      0 I Started GET "/cart"
      5100 E Faraday::TimeoutError (Net::ReadTimeout)
    p promotions < a
      12 I Started GET "/promotions"
      40 D Promotion Load (3.2ms)`,
  ),
  scenario(
    'blind set 1',
    'Elixir and Erlang',
    'p',
    `
    a front
      0 I request
      5100 E ** (exit) exited in: GenServer.call(Pricing, :get, 5000) ** (EXIT) time out
    p pricing < a
      12 I computing`,
  ),
  scenario(
    'blind set 1',
    'Rust reqwest',
    'p',
    `
    a front
      0 I request
      5100 E error sending request for url (http://pricing:8080/v1): operation timed out
    p pricing < a
      12 I computing
      5300 I computed`,
  ),
  scenario(
    'blind set 1',
    'PHP Guzzle',
    'p',
    `
    a front
      0 I request
      5100 E cURL error 28: Operation timed out after 5001 milliseconds with 0 bytes received
    p pricing < a
      12 I request
      9000 I sent`,
  ),
  scenario(
    'blind set 1',
    'PHP Guzzle, refused',
    'a',
    `
    a front
      0 I request
      51 E cURL error 7: Failed to connect to pricing port 80 after 2 ms: Connection refused`,
  ),
  scenario(
    'blind set 1',
    'circuit breaker open, the reason is elsewhere in the trace',
    'p',
    `
    a front
      0 I request
      90 E Hystrix circuit short-circuited and is OPEN
    p pricing < a
      12 I request
      80 E price book 7 is locked for maintenance`,
  ),
  scenario(
    'blind set 1',
    'warning only in the guilty one',
    'd',
    `
    a front
      0 I request
      3000 E Gateway Timeout
    c search < a
      12 I searching
    d elastic < c
      20 I query started
      2800 W slow query: took 2.7s`,
  ),
  scenario(
    'blind set 1',
    'a saga with compensation',
    'p',
    `
    a saga
      0 I start
      10 I step 1 reserve
      60 I step 2 pay
      200 I compensating step 1
      300 E Saga 7 failed at step 2
    r stock < a
      15 I reserving
      40 I reserved
    p payments < a
      70 I paying
      190 E iban is blocked
    u stock < a
      210 I releasing
      280 I released`,
  ),
  scenario(
    'blind set 1',
    'the compensation fails too',
    'p u',
    `
    a saga
      0 I start
      200 I compensating
      300 E Saga 7 failed: iban is blocked
    p payments < a
      70 I paying
      190 E iban is blocked
    u stock < a
      210 I releasing
      280 E reservation 5 does not exist`,
  ),
  scenario(
    'blind set 1',
    'a batch with many of the same',
    'i1|i2|i3',
    `
    a importer
      0 I importing 3 files
      500 E 3 files failed
    i1 parser < a
      5 I parsing a.csv
      100 E unexpected column count in a.csv
    i2 parser < a
      105 I parsing b.csv
      200 E unexpected column count in b.csv
    i3 parser < a
      205 I parsing c.csv
      300 E unexpected column count in c.csv`,
  ),
  scenario(
    'blind set 1',
    'a scheduler starts two jobs, one fails while the other goes on',
    'j1',
    `
    s scheduler
      0 I starting jobs
    j1 job-a < s
      10 I running
      100 E cannot open /in/a.dat
    j2 job-b < s
      10 I running
      900 I finished`,
  ),
  scenario(
    'blind set 1',
    'severity FATAL at the entry, ERROR below',
    'd',
    `
    a main
      0 I boot
      400 F Startup failed: migration 12 failed
    d migrator < a
      10 I migrating
      390 E syntax error at or near "COLUMN"`,
  ),
];
