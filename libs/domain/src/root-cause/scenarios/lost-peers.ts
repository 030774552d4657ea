import { scenario, type Scenario } from './scenario.js';

/** Callees that went down, or broke the connection. */
export const CRASHES: readonly Scenario[] = [
  scenario(
    'crash',
    'FATAL in the callee, hang-up in the caller',
    'b',
    `
    a api
      0 I POST /render
      800 E Error: socket hang up
    b renderer < a
      10 I rendering 4000 pages
      790 F JavaScript heap out of memory`,
  ),
  scenario(
    'crash',
    'a callee falls silent in mid-work, the caller sees a reset',
    'b',
    `
    a api
      0 I POST /render
      900 E read ECONNRESET
    b renderer < a
      10 I rendering page 1
      500 I rendering page 70`,
  ),
  scenario(
    'crash',
    'Go panic',
    'b',
    `
    a api
      0 I GET /x
      40 E Get "http://users:8080/x": EOF
    b users < a
      5 I handling
      35 F panic: runtime error: invalid memory address or nil pointer dereference`,
  ),
  scenario(
    'crash',
    'one sibling goes on, the other dies',
    'c',
    `
    a api
      0 I GET /x
      1200 E upstream connect error or disconnect/reset before headers. reset reason: connection termination
    b prices < a
      5 I GET /prices
      60 I 200 OK
    c images < a
      5 I converting image
      700 W memory usage at 98 %`,
  ),
  scenario(
    'crash',
    'Python RemoteDisconnected through a middle service',
    'c',
    `
    a web
      0 I GET /x
      510 E 502 Bad Gateway
    b bff < a
      3 I calling scorer
      505 E requests.exceptions.ConnectionError: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))
    c scorer < b
      9 I loading model
      480 W gc pause 300 ms`,
  ),
  scenario(
    'crash',
    'killed, said by a span of its own',
    'k|c',
    `
    a web
      0 I GET /x
      510 E unexpected EOF
    c scorer < a
      9 I loading model
    k scorer < a
      500 F worker 7 was killed by signal 9 (out of memory)`,
  ),
  scenario(
    'crash',
    'FATAL beats an earlier error elsewhere',
    'b c',
    `
    r root
      0 I begin
    c metrics < r
      10 E could not send metrics
    b ledger < r
      20 I posting
      50 F data corruption detected in segment 7`,
  ),
];

/** Peers that could not be reached. */
export const REFUSED: readonly Scenario[] = [
  scenario(
    'unreachable',
    'ECONNREFUSED to a service that sent nothing',
    'o',
    `
    g gateway
      0 I POST /o
      50 E 502 Bad Gateway
    o orders < g
      5 I begin
      40 E connect ECONNREFUSED 10.3.0.7:8080`,
  ),
  scenario(
    'unreachable',
    'a finished callee is not to blame',
    'o',
    `
    g gateway
      0 I POST /o
      70 E Order could not be placed
    o orders < g
      5 I begin
      60 E java.net.ConnectException: Connection refused: shipping/10.0.0.8:443
    p payments < o
      10 I charging
      40 I charge completed`,
  ),
  scenario(
    'unreachable',
    'no such host',
    'a',
    `
    a worker
      0 I sync
      12 E dial tcp: lookup crm.internal: no such host`,
  ),
  scenario(
    'unreachable',
    'gRPC UNAVAILABLE without a callee',
    'b',
    `
    a web
      0 I GET /x
      33 E 500 Internal Server Error
    b cart < a
      4 I get cart
      30 E 14 UNAVAILABLE: No connection established`,
  ),
  scenario(
    'unreachable',
    '503 by an overloaded callee that only warned',
    'c',
    `
    a web
      0 I GET /x
      33 E Service Unavailable
    c search < a
      4 I search request
      20 W queue is full, rejecting request`,
  ),
  scenario(
    'unreachable',
    'database refused deep down',
    'd',
    `
    a web
      0 I GET /x
      60 E Request failed with status code 500
    b users < a
      5 I load user
      50 E SequelizeConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:5432
    d users < b
      10 I SELECT
      45 E connect ECONNREFUSED 127.0.0.1:5432`,
  ),
  scenario(
    'unreachable',
    'the callee answered 500 and logged no error',
    'b',
    `
    a web
      0 I GET /x
      60 E inventory responded with 500
    b inventory < a
      10 I GET /stock/7
      50 W response 500 in 40 ms`,
  ),
];
