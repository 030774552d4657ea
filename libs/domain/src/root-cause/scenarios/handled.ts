import { scenario, type Scenario } from './scenario.js';

/** Errors that somebody went on without. */
export const HANDLED: readonly Scenario[] = [
  scenario(
    'handled',
    'the only error, with a fallback',
    'b',
    `
    a api
      0 I GET /home
      60 W recommendations failed, falling back to best sellers
      90 I 200 OK
    b recommendations < a
      10 I scoring
      50 E model not found`,
  ),
  scenario(
    'handled',
    'a fallback first, the real failure later',
    'c b',
    `
    a api
      0 I GET /home
      60 W banner failed, using default
      500 E Failed to render home
    b banner < a
      10 I choosing
      50 E no active campaign
    c cart < a
      100 I reading cart
      480 E WRONGTYPE Operation against a key holding the wrong kind of value`,
  ),
  scenario(
    'handled',
    'the caller goes on without a word about it',
    'c b',
    `
    a api
      0 I POST /order
      100 I stock checked
      200 I calling payment
      900 E payment: issuer is offline
    b geoip < a
      10 I looking up
      50 E address 10.0.0.1 is private
    c payment < a
      210 I authorizing
      880 E issuer is offline`,
  ),
  scenario(
    'handled',
    'handled two levels up',
    'd c',
    `
    r root
      0 I begin
      200 I partial result accepted, continuing
      700 E Batch failed
    b part < r
      10 I part 1
      90 E Failed to load part
    c loader < b
      20 I loading
      80 E checksum mismatch in block 12
    d sink < r
      300 I writing
      690 E sink rejected 14 rows: column "x" is missing`,
  ),
  scenario(
    'handled',
    'the span itself goes on and ends well',
    'b a',
    `
    r root
      0 I begin
      400 E job failed
    a cache < r
      5 I get
      20 E cache miss storm: backend slow
      40 I served from replica
    b writer < r
      100 I writing
      390 E permission denied: /data/out`,
  ),
  scenario(
    'handled',
    'request completed after the error is no recovery',
    'b',
    `
    r shop
      0 I POST /pay
      110 E Checkout failed
    b payments < r
      5 I POST /charge
      90 E card declined by issuer
      95 I request completed`,
  ),
  scenario(
    'handled',
    'circuit breaker with a default',
    'c b',
    `
    r shop
      0 I GET /product/7
      30 W circuit breaker open for reviews, serving without reviews
      300 E GET /product/7 failed
    b reviews < r
      5 I list
      20 E too many open files
    c products < r
      50 I find
      280 E product 7 has no variant`,
  ),
];

/** Work that nobody waits for. */
export const HAND_OVER: readonly Scenario[] = [
  scenario(
    'hand-over',
    'the consumer fails long after the producer ended well',
    'c',
    `
    p orders
      0 I POST /order
      20 I published OrderPlaced to topic orders
      25 I 201 Created
    c shipping-consumer < p
      6000 I consumed OrderPlaced from orders-3
      6100 E no carrier for zone 9`,
  ),
  scenario(
    'hand-over',
    'a consumer below a chain; its callee is the cause',
    'd',
    `
    g gateway
      0 I POST /order
      40 I 201 Created
    p orders < g
      5 I order accepted
      30 I event sent
    c billing-worker < p
      9000 I received event OrderPlaced
      9500 E Billing failed: ledger is closed for 2026-10
    d ledger < c
      9100 I posting
      9400 E ledger is closed for 2026-10`,
  ),
  scenario(
    'hand-over',
    'a failing consumer and a handled error in the request',
    'c b',
    `
    g gateway
      0 I POST /order
      60 W geoip failed, using default
      90 I 201 Created
    b geoip < g
      10 I lookup
      50 E address is private
    c mailer < g
      4000 I processing message mail-7 from queue mails
      4100 E template welcome-7 not found`,
  ),
  scenario(
    'hand-over',
    'the request fails, and so does a consumer',
    'd c',
    `
    g gateway
      0 I POST /order
      300 E 500 Internal Server Error
    d orders < g
      10 I begin
      20 I published Audit to topic audit
      290 E order 7 exists already
    c audit-consumer < d
      2000 I consumed Audit
      2100 E audit schema 9 is unknown`,
  ),
  scenario(
    'hand-over',
    'an orphan consumer, its producer is not instrumented',
    'c',
    `
    c invoice-worker < gone
      0 I job received
      100 I building pdf
      300 E font Helvetica is missing`,
  ),
  scenario(
    'hand-over',
    'the consumer waits for a slow callee',
    'd',
    `
    p orders
      0 I POST /order
      20 I 202 Accepted
    c shipping-worker < p
      1000 I message received from queue
      6000 E timeout after 5s waiting for carriers
    d carriers < c
      1010 I requesting quotes
      5000 W carrier DHL answers slowly`,
  ),
];
