import { scenario, type Scenario } from './scenario.js';

/** A caller gives up on a callee that has no error. */
export const TIME_OUTS: readonly Scenario[] = [
  scenario(
    'time-out',
    'axios, the callee was still running',
    'i',
    `
    g gateway
      0 I POST /checkout
      3012 E AxiosError: timeout of 3000ms exceeded
    i inventory < g
      10 I reserving stock
      2000 I waiting for row lock
      4200 I stock reserved`,
  ),
  scenario(
    'time-out',
    'Java, the callee fell silent',
    'p',
    `
    o order-service
      0 I placing order 7
      5020 E java.net.SocketTimeoutException: Read timed out
    p pricing-service < o
      30 I computing price for 3 lines`,
  ),
  scenario(
    'time-out',
    'Go, the deadline passes through two callers',
    'd',
    `
    a gateway
      0 I GET /search
      2001 E context deadline exceeded
    b search < a
      4 I querying index
      2000 E rpc error: code = DeadlineExceeded desc = context deadline exceeded
    d index < b
      9 I scanning 40 shards
      3900 I scan finished`,
  ),
  scenario(
    'time-out',
    'Python requests, the callee warned of a slow query',
    'u',
    `
    w web
      0 I GET /dashboard
      10050 E requests.exceptions.ReadTimeout: HTTPConnectionPool(host='users', port=80): Read timed out. (read timeout=10)
    u users < w
      12 I loading 2000 users
      9900 W slow query took 9.8 s
      10400 I loaded`,
  ),
  scenario(
    'time-out',
    '.NET HttpClient',
    's',
    `
    f Frontend
      0 I GET /shipping
      100010 E System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.
    s Shipping < f
      20 I Calculating routes
      50000 I 40 of 100 routes`,
  ),
  scenario(
    'time-out',
    'nginx as the caller',
    'r',
    `
    n nginx
      0 I GET /report
      60002 E upstream timed out (110: Connection timed out) while reading response header from upstream
    r reports < n
      5 I generating report
      30000 I 50 %
      71000 I report generated`,
  ),
  scenario(
    'time-out',
    'one callee finished in time, the other did not',
    'b',
    `
    o orders
      0 I begin
      3000 E Timed out after 3000 ms
    a catalog < o
      10 I GET /products
      60 I 200 OK in 50ms
    b inventory < o
      70 I GET /stock`,
  ),
  scenario(
    'time-out',
    'parallel callees; the slow one speaks after the give-up',
    'c',
    `
    o orders
      0 I calling pricing, stock and tax
      1500 E TimeoutError: Promise timed out after 1500 milliseconds
    a pricing < o
      5 I price request
      400 I price computed
    b tax < o
      5 I tax request
      300 I tax computed
    c stock < o
      5 I stock request
      2600 I stock checked`,
  ),
  scenario(
    'time-out',
    'the caller names the one it waited for',
    'b',
    `
    o orders
      0 I begin
      2010 E timeout waiting for fraud-service
    a loyalty < o
      5 I reading points
    b fraud-service < o
      5 I scoring`,
  ),
  scenario(
    'time-out',
    'the deepest of three that were waiting',
    'e',
    `
    a gateway
      0 I GET /a
      2000 E 504 Gateway Timeout
    b bff < a
      3 I calling account
    c account < b
      6 I calling ledger
    e ledger < c
      9 I querying balances`,
  ),
  scenario(
    'time-out',
    'the callee was slow by itself, its own callee was quick',
    'b',
    `
    a gateway
      0 I GET /a
      2000 E Request timed out
    b thumbnails < a
      3 I loading image
      30 I image loaded, resizing
      1900 W resize is slow: 1800 ms so far
      2700 I resized
    c images < b
      8 I reading image 5
      20 I 200 OK`,
  ),
  scenario(
    'time-out',
    'the callee failed after its caller had given up',
    'b',
    `
    a gateway
      0 I POST /pay
      3000 E timeout of 3000ms exceeded
    b payments < a
      10 I charging
      5200 E deadlock detected`,
  ),
  scenario(
    'time-out',
    'the callee noticed that its caller was gone',
    'b',
    `
    a gateway
      0 I POST /pay
      3000 E timeout of 3000ms exceeded
    b payments < a
      10 I charging
      2900 W acquirer answers slowly
      3001 E request aborted: client disconnected`,
  ),
  scenario(
    'time-out',
    'a database client span of the caller itself',
    'q',
    `
    a accounts
      0 I GET /accounts
      5000 E Query read timeout
    q accounts < a
      10 D SELECT * FROM accounts WHERE region = $1`,
  ),
  scenario(
    'time-out',
    'status codes in attributes only',
    'b',
    `
    a gateway
      0 I GET /a
      2000 E request failed {"http.response.status_code":504}
    b slowpoke < a
      3 I computing`,
  ),
  scenario(
    'time-out',
    'nobody to blame but a peer that sent nothing',
    'a',
    `
    a orders
      0 I begin
      3000 E timeout of 3000ms exceeded calling http://legacy-erp:8080/stock
    b pricing < a
      10 I GET /price
      30 I 200 OK in 20ms`,
  ),
];

/** Work that was stopped by whoever asked for it. */
export const CANCELLATIONS: readonly Scenario[] = [
  scenario(
    'cancellation',
    'the callee is cancelled by the time-out and had warned',
    'i',
    `
    g gateway
      0 I POST /x
      2000 E context deadline exceeded
    i inventory < g
      5 I reading stock
      1500 W waiting for connection from pool
      2001 E context canceled`,
  ),
  scenario(
    'cancellation',
    'cancelled through a chain; the last one was at work',
    'd',
    `
    a gateway
      0 I GET /x
      1000 E DEADLINE_EXCEEDED: deadline exceeded after 1s
    b bff < a
      2 I calling profile
      1001 E CANCELLED: context canceled
    c profile < b
      4 I calling avatars
      1002 E CANCELLED: context canceled
    d avatars < c
      6 I rendering avatar`,
  ),
  scenario(
    'cancellation',
    'a silent middle service',
    'c',
    `
    a gateway
      0 I GET /x
      1000 E ETIMEDOUT
    b bff < a
      2 I calling scores
    c scores < b
      4 I computing scores
      1005 E Operation was aborted`,
  ),
  scenario(
    'cancellation',
    'the browser left; the slow callee is the reason',
    'b',
    `
    a web
      0 I GET /slow
      30000 E client closed request before the response was sent
    b analytics < a
      10 I aggregating 90 days`,
  ),
  scenario(
    'cancellation',
    'broken pipe in the callee after the give-up',
    'b',
    `
    a web
      0 I GET /csv
      5000 E Net::ReadTimeout with #<TCPSocket:(closed)>
    b exporter < a
      10 I writing 100000 rows
      6100 E write tcp 10.0.0.4:8080: broken pipe`,
  ),
];
