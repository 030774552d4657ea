import { scenario, type Scenario } from './scenario.js';

/** Errors that travel up the call chain, as they are or wrapped. */
export const PROPAGATION: readonly Scenario[] = [
  scenario(
    'propagation',
    'the contract example',
    'a',
    `
    g api-gateway
      0 I POST /login
    a auth-service < g
      20 E User login failed: invalid credentials`,
  ),
  scenario(
    'propagation',
    'three services, wrapped at each',
    'p',
    `
    g gateway
      0 I POST /checkout
      95 E Request failed with status code 500
    o orders < g
      5 I Creating order
      90 E Order failed: payment error: card declined
    p payments < o
      20 I Charging card
      80 E card declined`,
  ),
  scenario(
    'propagation',
    'Java stack traces with causes',
    'r',
    `
    w web
      0 I GET /report/7
      210 E org.acme.WebException: Could not render report\\n\\tat org.acme.Web.get(Web.java:10)\\nCaused by: org.acme.ReportException: Loading failed\\n\\t... 12 more
    s report-service < w
      4 I Rendering
      205 E org.acme.ReportException: Loading failed\\n\\tat org.acme.Report.load(Report.java:88)\\nCaused by: java.lang.IllegalStateException: template 'monthly' is missing
    r template-store < s
      9 D Looking up template
      200 E java.lang.IllegalStateException: template 'monthly' is missing\\n\\tat org.acme.Store.find(Store.java:31)`,
  ),
  scenario(
    'propagation',
    'Go errors wrapped with %w',
    'd',
    `
    a api
      0 I GET /users/42
      31 E get user: load profile: pq: relation "profiles" does not exist
    u users < a
      2 I loading user 42
      29 E load profile: pq: relation "profiles" does not exist
    d profile-db < u
      5 E pq: relation "profiles" does not exist`,
  ),
  scenario(
    'propagation',
    'Python traceback in the callee, 500 in the caller',
    'c',
    `
    a storefront
      0 I GET /cart
      60 W upstream answered 500
      61 E 500 Internal Server Error
    c cart < a
      10 I loading cart 81
      50 E Traceback (most recent call last):\\n  File "/srv/cart.py", line 8, in load\\n    return row["total"]\\nKeyError: 'total'`,
  ),
  scenario(
    'propagation',
    '.NET exceptions, four services',
    'l',
    `
    w Web.Frontend
      0 I Request starting HTTP/1.1 GET /quote
      320 E Unhandled exception: System.Net.Http.HttpRequestException: Response status code does not indicate success: 500
    q Quotes.Api < w
      9 I Executing endpoint
      310 E An error occurred while pricing the quote
    p Pricing.Api < q
      15 I Executing endpoint
      300 E System.InvalidOperationException: no tariff for region 9
    l Tariffs.Api < p
      20 I Looking up tariff
      290 E System.FormatException: tariff 9 has a bad currency code`,
  ),
  scenario(
    'propagation',
    'gRPC statuses up the chain',
    's',
    `
    f frontend
      0 I PlaceOrder
      50 E rpc error: code = Internal desc = failed to charge card
    c checkout < f
      4 I placing order
      45 E failed to charge card: rpc error: code = InvalidArgument desc = credit card number is invalid
    s payment < c
      9 W credit card number is invalid
      10 E rpc error: code = InvalidArgument desc = credit card number is invalid`,
  ),
  scenario(
    'propagation',
    'the caller says nothing but that it failed',
    'b',
    `
    a shop
      0 I GET /
      40 E Something went wrong
    b catalog < a
      12 E SQLSTATE[42P01]: Undefined table "prices"`,
  ),
  scenario(
    'propagation',
    'a validation error is the deepest error',
    'v',
    `
    a api
      0 I POST /users
      22 E 400 Bad Request
    v validation < a
      9 E ValidationError: "email" must be a valid email`,
  ),
  scenario(
    'propagation',
    'an erring span below one that says nothing of it',
    'c',
    `
    a api
      0 I GET /feed
      90 E Failed to build feed
    b feed < a
      3 I building feed
    c ranking < b
      40 E ZeroDivisionError: division by zero`,
  ),
];

/** One exception, logged by each service that it passed. */
export const SAME_EXCEPTION: readonly Scenario[] = [
  scenario(
    'same exception',
    'four spans log the same text',
    'd',
    `
    a gateway
      0 I GET /invoice/9
      100 E NullPointerException: invoice.customer is null
    b billing < a
      5 I building invoice
      95 E NullPointerException: invoice.customer is null
    c invoices < b
      10 I loading
      90 E NullPointerException: invoice.customer is null
    d customers < c
      20 I lookup
      85 E NullPointerException: invoice.customer is null`,
  ),
  scenario(
    'same exception',
    'the service logs it twice, the callers wrap it',
    'c',
    `
    a bff
      0 I GET /me
      51 E Error: profile failed: LDAP bind failed for cn=app
    b profile < a
      3 I loading profile
      44 E LDAP bind failed for cn=app
      45 E Error: profile failed: LDAP bind failed for cn=app
    c directory < b
      10 I bind
      40 E LDAP bind failed for cn=app
      41 E LDAP bind failed for cn=app`,
  ),
  scenario(
    'same exception',
    'the caller logs the same text at the same instant',
    'b',
    `
    a front
      0 I GET /x
      50 E quota exceeded for tenant 7
    b quota < a
      50 E quota exceeded for tenant 7`,
  ),
  scenario(
    'same exception',
    'wrapped, although the caller went on logging in between',
    'p',
    `
    a checkout
      0 I begin
      52 I payment response arrived
      54 I writing audit entry
      60 E Checkout failed: PaymentError: insufficient funds
    p payment < a
      10 I authorizing
      50 E PaymentError: insufficient funds`,
  ),
];

/** A caller whose own failure has nothing to do with the error of its callee. */
export const UNRELATED: readonly Scenario[] = [
  scenario(
    'unrelated parent',
    'a null pointer long after a handled callee error',
    'a b',
    `
    a checkout
      0 I POST /checkout
      60 W recommendations unavailable, continuing without them
      80 I reserving stock
      200 I charging card
      400 E NullPointerException: Cannot invoke "Address.zip()" because "address" is null
    b recommendations < a
      10 I scoring
      50 E IndexError: list index out of range`,
  ),
  scenario(
    'unrelated parent',
    'another callee is called since, and the caller breaks on its own',
    'a b',
    `
    a orders
      0 I creating order
      70 I discount defaulted to 0
      75 I reserving stock
      310 E TypeError: Cannot read properties of undefined (reading 'sku')
    b discounts < a
      10 I loading
      60 E redis: READONLY You can't write against a read only replica
    c stock < a
      80 I reserving
      290 I reserved 3 items`,
  ),
  scenario(
    'unrelated parent',
    'the caller fails before it calls the one that fails too',
    'a',
    `
    a orders
      0 I creating order
      50 E ConstraintViolation: order 7 has no lines
      60 I notifying customer
      140 I done with notification
      150 I closing
    b mailer < a
      70 I sending mail
      120 E SMTP 550 mailbox not found`,
  ),
  scenario(
    'unrelated parent',
    'credit limit after a cached answer',
    'a b',
    `
    a checkout
      0 I begin
      110 W stock service failed, using cached stock
      120 I checking credit
      140 I credit answer received
      150 E Order rejected: credit limit of 500 EUR exceeded
    b stock < a
      10 I reading
      100 E connection pool exhausted`,
  ),
];
