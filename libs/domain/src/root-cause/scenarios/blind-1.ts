import { scenario, type Scenario } from './scenario.js';

/** Written after the rules, by other habits of logging than theirs, to see whether they hold beyond the words that they were made with. */
export const BLIND_1: readonly Scenario[] = [
  scenario(
    'blind set 1',
    'payments waits for inventory',
    'inv',
    `
    gw api-gateway
      0 I Received request POST /checkout
      3105 E Checkout request failed: payments returned 504
      3106 I Request finished with status 504
    pay payments < gw
      20 I Processing payment for order 981
      60 I Calling inventory to reserve items
      3060 E Timed out after 3000 ms waiting for inventory
    inv inventory < pay
      80 I Reserving items for order 981
      900 W Lock wait on table stock_items
      4200 I Items reserved for order 981`,
  ),
  scenario(
    'blind set 1',
    'the guilty one is silent, its sister answered late but in time',
    'geo',
    `
    gw edge
      0 I GET /v1/trip
      5003 E deadline exceeded
    fare fare-service < gw
      10 I fare requested
      4200 I fare returned
    geo geo-service < gw
      10 I route requested
      40 D loading graph tile 8/133/87`,
  ),
  scenario(
    'blind set 1',
    'hung on a lock, the caller of the caller gives up first',
    'db',
    `
    web web
      0 I GET /account
      1000 E The operation has timed out.
    acc accounts < web
      5 I fetching account 8
      5010 E could not obtain connection: timeout
    db accounts-db < acc
      10 D begin
      12 D SELECT balance FROM accounts FOR UPDATE`,
  ),
  scenario(
    'blind set 1',
    'DNS',
    'mail',
    `
    web web
      0 I POST /signup
      90 E Signup failed
    mail mailer < web
      10 I sending welcome mail
      80 E getaddrinfo ENOTFOUND smtp.internal`,
  ),
  scenario(
    'blind set 1',
    'TLS',
    'b',
    `
    a web
      0 I GET /x
      33 E fetch failed
    b crm-adapter < a
      10 I GET https://crm.example.com/contacts
      30 E x509: certificate has expired or is not yet valid`,
  ),
  scenario(
    'blind set 1',
    'retry in the client, the callee fails each time',
    'inv1|inv2|inv3',
    `
    ord order-service
      0 I Placing order
      100 W Attempt 1 to reserve stock failed, retrying
      300 W Attempt 2 to reserve stock failed, retrying
      700 E Reserving stock failed after 3 attempts: 500 Internal Server Error
    inv1 inventory-service < ord
      50 I Reserve
      90 E Redis command failed: LOADING dataset in memory
    inv2 inventory-service < ord
      200 I Reserve
      290 E Redis command failed: LOADING dataset in memory
    inv3 inventory-service < ord
      500 I Reserve
      690 E Redis command failed: LOADING dataset in memory`,
  ),
  scenario(
    'blind set 1',
    'retry helps, the trace fails later for another reason',
    'ship inv1',
    `
    ord order-service
      0 I Placing order
      100 W Reserve failed, retrying (1/3)
      310 I Stock reserved
      700 E Order could not be completed: no carrier available for country AQ
    inv1 inventory-service < ord
      50 I Reserve
      90 E Connection terminated unexpectedly
    inv2 inventory-service < ord
      200 I Reserve
      300 I Reserved
    ship shipping-service < ord
      400 I Finding carrier
      690 E no carrier available for country AQ`,
  ),
  scenario(
    'blind set 1',
    'Promise.all, one rejects',
    'rec',
    `
    home home-bff
      0 I building home page
      120 E Promise.all rejected: recommender: model v12 not loaded
    ban banners < home
      3 I select banners
      125 E request aborted
    rec recommender < home
      4 I recommend
      110 E model v12 not loaded
    usr users < home
      4 I get user
      30 I user found`,
  ),
  scenario(
    'blind set 1',
    'the error handler of the root logs twice',
    'tax',
    `
    a gateway
      0 I -> POST /cart
      301 E POST /cart 500 301ms
      302 E Error: Internal Server Error
    b cart < a
      10 I add item
      290 E TaxServiceException: cannot compute tax
    tax tax-service < b
      30 I computing
      280 E Unknown tax class "Z9"`,
  ),
  scenario(
    'blind set 1',
    'FATAL and the process is gone',
    'w',
    `
    a api
      0 I POST /jobs
      2000 E 503 Service Unavailable
    w worker < a
      100 I starting job 7
      1800 F Out of memory: Killed process 4121 (node)`,
  ),
  scenario(
    'blind set 1',
    'no words at all, only silence',
    'w',
    `
    a api
      0 I POST /jobs
      2000 E Error: read ECONNRESET at TLSWrap.onStreamRead
    m metrics < a
      100 I counted
    w encoder < a
      120 I encoding chunk 1 of 9
      600 I encoding chunk 4 of 9`,
  ),
  scenario(
    'blind set 1',
    'Kafka consumer much later',
    'ful',
    `
    gw gateway
      0 I POST /orders
      45 I 202 Accepted
    ord orders < gw
      10 I Order 5 stored
      30 I Published order.created to orders-topic
    ful fulfillment < ord
      60000 I Consumed order.created, partition 3, offset 8812
      61000 E Warehouse WH-3 is unknown`,
  ),
  scenario(
    'blind set 1',
    'cache error is ignored',
    'db cache',
    `
    a catalog
      0 I GET /products/5
      20 W Cache read failed, reading from database
      200 E GET /products/5 failed
    cache redis-cache < a
      5 I GET product:5
      15 E ERR max number of clients reached
    db catalog-db < a
      30 I SELECT product
      190 E could not read block 12 in file "base/1/2": Input/output error`,
  ),
  scenario(
    'blind set 1',
    'a log-only leaf error with chatty parents',
    'c',
    `
    a a
      0 I in
      1 D parsing
      50 D got answer
      51 I mapping answer
      52 E call to b failed with status 500
      53 I out

    b b < a
      5 I in
      45 E c says: quota of 10 exceeded
      46 I out
    c c < b
      8 I in
      40 E quota of 10 exceeded
      41 I out`,
  ),
  scenario(
    'blind set 1',
    'gRPC deadline, the server works on',
    's',
    `
    c cart
      0 I checkout
      503 E 4 DEADLINE_EXCEEDED: Deadline exceeded after 0.501s
    s shipping < c
      12 I GetQuote
      1900 I GetQuote done`,
  ),
  scenario(
    'blind set 1',
    'context canceled in Go after the parent gave up',
    's',
    `
    c cart
      0 I checkout
      503 E rpc error: code = DeadlineExceeded desc = context deadline exceeded
    s shipping < c
      12 I GetQuote start
      504 E rpc error: code = Canceled desc = context canceled`,
  ),
  scenario(
    'blind set 1',
    'two services down the path both time out on the third',
    'e',
    `
    a gateway
      0 I GET /report
      10000 E upstream request timeout
    b reports < a
      10 I building report
      9990 E Feign timeout executing GET http://statistics/monthly
    e statistics < b
      20 I aggregating monthly
      4000 I aggregated 3 of 12 months
      8000 I aggregated 6 of 12 months`,
  ),
  scenario(
    'blind set 1',
    'pool exhausted in the caller itself',
    'a',
    `
    a accounts
      0 I GET /accounts
      30000 E HikariPool-1 - Connection is not available, request timed out after 30000ms.
    b auth < a
      5 I verifying token
      15 I token verified`,
  ),
];
