import { scenario, type Scenario } from './scenario.js';

/** One call of several fails and the others are stopped, or several fail by themselves. */
export const FAN_OUT: readonly Scenario[] = [
  scenario(
    'fan-out',
    'one fails, two are cancelled because of it',
    'b',
    `
    o aggregator
      0 I calling 3 services
      210 E errgroup: prices: malformed row 7
    a stock < o
      5 I reading
      205 E context canceled
    b prices < o
      5 I reading
      200 E malformed row 7
    c reviews < o
      5 I reading
      206 E context canceled`,
  ),
  scenario(
    'fan-out',
    'the caller only says that it failed',
    'c',
    `
    o aggregator
      0 I calling 3 services
      310 E Aggregation failed
    a stock < o
      5 I reading
      302 E AbortError: The operation was aborted
    b prices < o
      5 I reading
      303 E AbortError: The operation was aborted
    c reviews < o
      5 I reading
      300 E MongoServerError: not primary`,
  ),
  scenario(
    'fan-out',
    'the caller logs nothing more',
    'b',
    `
    o aggregator
      0 I calling 2 services
    a stock < o
      5 I reading
      105 E CancellationException: parent job is cancelling
    b prices < o
      5 I reading
      100 E IllegalStateException: price list 4 is empty`,
  ),
  scenario(
    'fan-out',
    'the caller fails by itself and stops its callees',
    'o',
    `
    o aggregator
      0 I calling 2 services
      100 E TypeError: callback is not a function
    a stock < o
      5 I reading
      104 E context canceled
    b prices < o
      5 I reading
      105 E context canceled`,
  ),
  scenario(
    'fan-out',
    'a deep failure cancels a deep branch',
    'd',
    `
    o gateway
      0 I GET /page
      420 E 500 Internal Server Error
    a left < o
      5 I calling left-db
      415 E operation was canceled
    b left-db < a
      9 I select
      416 E canceling statement due to user request
    c right < o
      5 I calling right-db
      410 E right side failed
    d right-db < c
      9 I select
      400 E ERROR: division by zero`,
  ),
  scenario(
    'fan-out',
    'one shard of many fails',
    's3',
    `
    q search
      0 I querying 4 shards
      90 E shard query failed
    s1 shard < q
      5 I query
      30 I 12 hits returned
    s2 shard < q
      5 I query
      31 I 9 hits returned
    s3 shard < q
      5 I query
      80 E CorruptIndexException: checksum failed
    s4 shard < q
      5 I query
      33 I 4 hits returned`,
  ),
];

/** Failures that have nothing to do with each other. */
export const INDEPENDENT: readonly Scenario[] = [
  scenario(
    'independent',
    'two branches fail; the root wraps the second',
    'b a',
    `
    o orders
      0 I begin
      300 E Order failed: price list expired
    a audit < o
      5 I writing
      50 E disk quota exceeded on /var/audit
    b prices < o
      100 I reading
      280 E price list expired`,
  ),
  scenario(
    'independent',
    'FATAL before ERROR',
    'b a',
    `
    o root
      0 I begin
    a audit < o
      5 I writing
      50 E quota exceeded on volume 7
    b prices < o
      100 I reading
      280 F configuration is invalid`,
  ),
  scenario(
    'independent',
    'the one that reaches the entry comes first',
    'c b',
    `
    o gateway
      0 I begin
      400 E Internal server error
    a cache-warmer < o
      5 I warming
      300 I warmed with gaps
    b redis-proxy < a
      10 I mget
      50 E MOVED 3999 to an unknown node
    c search < o
      20 I searching
      390 E parse error near "AND AND"`,
  ),
  scenario(
    'independent',
    'two roots',
    'a|b',
    `
    a import
      0 I importing
      100 E row 7 has 3 columns, expected 5
    b export
      50 I exporting
      200 E target bucket is read-only`,
  ),
];
