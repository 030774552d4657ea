import { scenario, type Scenario } from './scenario.js';

/** The same work tried again. */
export const RETRIES: readonly Scenario[] = [
  scenario(
    'retries',
    'three attempts as sibling spans, all fail',
    '1|2|3',
    `
    o orders
      0 I begin
      700 E Payment failed after 3 attempts
    1 payments < o
      10 I charge attempt 1
      100 E acquirer declined: try later
    2 payments < o
      210 I charge attempt 2
      300 E acquirer declined: try later
    3 payments < o
      410 I charge attempt 3
      500 E acquirer declined: try later`,
  ),
  scenario(
    'retries',
    'first fails, second succeeds; something else is the cause',
    't 1',
    `
    o orders
      0 I begin
      900 E Order failed: tax table missing
    1 payments < o
      10 I POST /charge
      100 E connection reset by peer
    2 payments < o
      210 I POST /charge
      300 I charge completed
    t tax < o
      400 I computing tax
      800 E tax table missing`,
  ),
  scenario(
    'retries',
    'the last attempt succeeds and the trace ends well',
    '1|2',
    `
    o orders
      0 I begin
      500 I order placed
    1 stock < o
      10 I GET /stock
      50 E ETIMEDOUT
    2 stock < o
      110 I GET /stock
      150 E ETIMEDOUT
    3 stock < o
      210 I GET /stock
      250 I 200 OK`,
  ),
  scenario(
    'retries',
    'within one span, all fail',
    's',
    `
    o orders
      0 I begin
      700 E could not send confirmation
    s mailer < o
      10 I sending
      100 E attempt 1 of 3 failed: SMTP 421
      300 E attempt 2 of 3 failed: SMTP 421
      500 E attempt 3 of 3 failed: SMTP 421
      510 E giving up after 3 attempts`,
  ),
  scenario(
    'retries',
    'within one span, the last succeeds; the other callee is the cause',
    'c a',
    `
    o orders
      0 I begin
      800 E Order 7 failed
    a stock < o
      10 I reading
      50 E attempt 1 failed: connection reset
      90 E attempt 2 failed: connection reset
      130 I attempt 3 succeeded
    c payments < o
      300 I charging
      700 E card expired`,
  ),
  scenario(
    'retries',
    'warnings for attempts, one error at the end',
    'b',
    `
    a api
      0 I GET /x
      3100 E upstream failed
    b feed < a
      10 I reading
      1000 W attempt 1/3 failed, retrying in 500ms
      2000 W attempt 2/3 failed, retrying in 500ms
      3000 E redis connection failed after 3 retries`,
  ),
  scenario(
    'retries',
    'each attempt times out on a slow callee',
    's1|s2',
    `
    o orders
      0 I begin
      4100 E inventory did not respond after 2 attempts
    1 orders < o
      10 I calling inventory, attempt 1
      2010 E timeout of 2000ms exceeded
    s1 inventory < 1
      20 I computing availability
    2 orders < o
      2050 I calling inventory, attempt 2
      4050 E timeout of 2000ms exceeded
    s2 inventory < 2
      2060 I computing availability`,
  ),
  scenario(
    'retries',
    'first attempt times out, the second gets the real error',
    '2',
    `
    o orders
      0 I begin
      1500 E charge failed: currency XTS is not supported
    1 payments < o
      10 I charge
      900 E ETIMEDOUT
    2 payments < o
      1010 I charge
      1400 E currency XTS is not supported`,
  ),
];
