import { scenario, type Scenario } from './scenario.js';

/** Spans that sent nothing, and records that hang on none. */
export const MISSING: readonly Scenario[] = [
  scenario(
    'missing spans',
    'the middle service is not instrumented',
    'c',
    `
    a gateway
      0 I POST /order
      120 E Request failed with status code 500
    c payments < gone
      20 I charging
      100 E card declined`,
  ),
  scenario(
    'missing spans',
    'the same text on both sides',
    'c',
    `
    a gateway
      0 I POST /order
      120 E Order failed: stock row 7 is locked
    b auth < a
      5 I checking token
      9 I token ok
    c stock < gone
      20 I reserving
      100 E stock row 7 is locked`,
  ),
  scenario(
    'missing spans',
    'a time-out, the slow one hangs below a missing span',
    'c',
    `
    a gateway
      0 I POST /order
      3000 E timeout of 3000ms exceeded
    c stock < gone
      20 I reserving
      2500 W lock wait on stock row 7
      4100 I reserved`,
  ),
  scenario(
    'missing spans',
    'siblings under one missing parent: one fails, one is cancelled',
    'c',
    `
    c stock < gone
      20 I reserving
      100 E no stock for sku 9
    d price < gone
      20 I pricing
      103 E context canceled`,
  ),
  scenario(
    'missing spans',
    'attempts under one missing parent, all fail',
    '1|2',
    `
    1 stock < gone
      20 I reserve attempt 1
      100 E replica lag too high
    2 stock < gone
      220 I reserve attempt 2
      300 E replica lag too high`,
  ),
  scenario(
    'missing spans',
    'two missing spans in different places',
    'e',
    `
    a gateway
      0 I GET /page
      420 E page failed: render: bad template tag
    b nav < gone1
      10 I building
      30 I nav built
    e render < gone2
      50 I rendering
      400 E bad template tag`,
  ),
  scenario(
    'missing spans',
    'a missing span within a chain of three',
    'd',
    `
    a gateway
      0 I GET /x
      210 E bff failed
    b bff < a
      5 I calling profile
      205 E upstream returned 500
    d avatars < gone
      30 I loading
      190 E image format heic is not supported`,
  ),
  scenario(
    'missing spans',
    'the root is missing',
    'b',
    `
    a cart < gone
      10 I reading cart
      200 E Cart failed: voucher service said no
    b vouchers < a
      20 I checking
      190 E voucher table is being rebuilt`,
  ),
];

/** Clocks that disagree; the call tree decides. Other scenarios are shifted by the spec. */
export const SKEW: readonly Scenario[] = [
  scenario(
    'clock skew',
    'the callee is four seconds ahead',
    'b',
    `
    a api
      0 I GET /x
      100 E 500 Internal Server Error
    b users < a
      4010 I loading
      4080 E column "zip" does not exist`,
  ),
  scenario(
    'clock skew',
    'the callee is two seconds behind',
    'c',
    `
    a api
      5000 I GET /x
      5100 E Request failed
    b bff < a
      3010 I calling
      3090 E profile failed: bad uuid
    c profile < b
      5020 I loading
      5080 E bad uuid`,
  ),
  scenario(
    'clock skew',
    'a time-out; the slow callee is three seconds behind',
    'c',
    `
    a api
      10000 I GET /x
      12000 E Timeout after 2000ms
    b prices < a
      10010 I GET /prices
      10050 I 200 OK
    c stock < a
      7020 I GET /stock
      8700 W still waiting for lock
      9800 I stock loaded`,
  ),
  scenario(
    'clock skew',
    'the same exception with clocks in reverse order',
    'c',
    `
    a api
      9000 I GET /x
      9100 E tenant 9 is suspended
    b bff < a
      6010 I calling
      6090 E tenant 9 is suspended
    c tenants < b
      12020 I loading
      12080 E tenant 9 is suspended`,
  ),
];
