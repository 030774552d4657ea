import { scenario, type Scenario } from './scenario.js';

/** Written after the rules, by other habits of logging than theirs, to see whether they hold beyond the words that they were made with. */
export const BLIND_3: readonly Scenario[] = [
  scenario(
    'blind set 1',
    'the client cancels; the database was slow',
    'd',
    `
    a api
      0 I GET /big
      8000 W client disconnected
      8001 E Request aborted
    b lists < a
      10 I building list
      8002 E context canceled
    d lists-db < b
      20 D SELECT * FROM items`,
  ),
  scenario(
    'blind set 1',
    'one of two candidates named by host',
    'q',
    `
    a front
      0 I request
      2000 E Get "http://quotes.prod.svc.cluster.local:8080/q": net/http: request canceled (Client.Timeout exceeded while awaiting headers)
    p profile < a
      12 I loading
    q quotes < a
      12 I loading`,
  ),
  scenario(
    'blind set 1',
    'peer in attributes',
    'q',
    `
    a front
      0 I request
      2000 E Request failed {"error.type":"TimeoutError","peer.service":"quotes"}
    p profile < a
      12 I loading
    q quotes < a
      12 I loading`,
  ),
  scenario(
    'blind set 1',
    'a gRPC status in attributes',
    'q',
    `
    a front
      0 I request
      2000 E call failed {"rpc.grpc.status_code":4}
    q quotes < a
      12 I loading
      2100 I loaded`,
  ),
  scenario(
    'blind set 1',
    'the broken middle logs a warning only',
    'c',
    `
    a front
      0 I request
      90 E 502
    b bff < a
      5 I request
      85 W profile call failed, returning 502
    c profile < b
      10 I load
      80 E bson size exceeds 16MB`,
  ),
  scenario(
    'blind set 2',
    'terse records, one a span',
    'd',
    `
    a a
      90 E b failed
    b b < a
      80 E c failed
    c c < b
      70 E d failed
    d d < c
      60 E boom`,
  ),
  scenario(
    'blind set 2',
    'terse time-out, one record a span',
    'c',
    `
    a a
      3000 E timeout
    b b < a
      3001 E timeout
    c c < b
      10 I start`,
  ),
  scenario(
    'blind set 2',
    'the slow child is done just after; its sister failed long ago and was ignored',
    'c',
    `
    a a
      0 I start
      3000 E timeout after 3000ms
    b b < a
      5 I start
      20 E bad flag, ignoring
    c c < a
      30 I start
      3400 I end`,
  ),
  scenario(
    'blind set 2',
    'the time-out of a nested call is swallowed, the outer one fails for another reason',
    'd b|c',
    `
    a a
      0 I start
      2900 E could not render invoice: font missing
    b b < a
      5 I start
      1005 E timeout calling c
      1010 W using stale rates
      1020 I done
    c c < b
      10 I start
      1500 I done
    d d < a
      1100 I start
      2800 E font missing`,
  ),
  scenario(
    'blind set 2',
    'all siblings cancelled by the time-out, one had been slow',
    'c',
    `
    a a
      0 I start
      1000 E deadline exceeded
    b b < a
      5 I start
      1002 E context canceled
    c c < a
      5 I start
      800 W slow disk: fsync took 700 ms
      1003 E context canceled`,
  ),
  scenario(
    'blind set 2',
    'silent middle spans between the time-out and the slow one',
    'e',
    `
    a a
      0 I start
      2000 E request timeout
    b b < a
      1 I in
    c c < b
      2 I in
    e e < c
      3 I reading partition 7
      2500 I read`,
  ),
  scenario(
    'blind set 2',
    'the producer fails too, of its own',
    'p c',
    `
    p producer
      0 I start
      50 E disk full
    c consumer < p
      5000 I message received from kafka
      5010 E cannot decode avro record`,
  ),
  scenario(
    'blind set 2',
    'reset because the callee crashed with FATAL, wrapped twice',
    'c',
    `
    a a
      0 I start
      110 E HTTP 500
    b b < a
      3 I start
      105 E proxy error: socket hang up
    c c < b
      5 I start
      100 F segmentation fault (core dumped)`,
  ),
  scenario(
    'blind set 2',
    'refused because the callee had crashed before in this trace',
    'c',
    `
    a a
      0 I start
      500 E call c: connect ECONNREFUSED c:80
    c c < a
      10 I start
      100 F panic: out of memory`,
  ),
  scenario(
    'blind set 2',
    'retries against a dead peer',
    'b',
    `
    a a
      0 I start
      3500 E b gave 502
    b b < a
      5 I start
      1000 W connect ECONNREFUSED 10.1.1.1:9200, retry 1
      2000 W connect ECONNREFUSED 10.1.1.1:9200, retry 2
      3000 E connect ECONNREFUSED 10.1.1.1:9200, giving up`,
  ),
  scenario(
    'blind set 2',
    'two time-outs in parallel, one named',
    'c',
    `
    a a
      0 I start
      2000 E c did not respond within 2s
    b bob < a
      5 I start
    c carol < a
      5 I start
      2600 I end`,
  ),
  scenario(
    'blind set 2',
    'validation error, then generic errors above with info in between',
    'd',
    `
    a gateway
      0 I POST /signup
      40 I forwarding to users
      95 E POST /signup 422
      96 I response sent
    b users < a
      42 I signup
      90 E signup failed
      91 I closing transaction
    d validator < b
      50 I validating
      80 E field "age" must be positive
      81 I validation done`,
  ),
  scenario(
    'blind set 2',
    'an error in a logging side call does not matter',
    'p l',
    `
    a shop
      0 I start
      100 E checkout failed: iban blocked
    l audit-log < a
      70 I write
      95 E could not append: segment closed
    p bank < a
      10 I pay
      60 E iban blocked`,
  ),
];
