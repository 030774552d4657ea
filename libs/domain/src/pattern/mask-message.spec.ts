import { maskMessage } from './mask-message.js';

/** Message, template. As they are found in logs. */
const REAL: readonly (readonly [string, string])[] = [
  // Words
  ['Connection refused by inventory', 'Connection refused by inventory'],
  ['Connection refused by payments', 'Connection refused by payments'],
  ["can't read the users' carts; it isn't there", "can't read the users' carts; it isn't there"],
  ['User login failed: invalid credentials', 'User login failed: invalid credentials'],
  ['', ''],
  // Node
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <ip>'],
  ['connect ECONNREFUSED ::1:6379', 'connect ECONNREFUSED <ip>'],
  ['getaddrinfo ENOTFOUND inventory.prod.svc.cluster.local', 'getaddrinfo ENOTFOUND inventory.prod.svc.cluster.local'],
  ["Cannot read properties of undefined (reading 'id')", 'Cannot read properties of undefined (reading <str>)'],
  ['Request failed with status code 503', 'Request failed with status code <num>'],
  ['timeout of 3000ms exceeded', 'timeout of <dur> exceeded'],
  ['Error: socket hang up', 'Error: socket hang up'],
  ["ENOENT: no such file or directory, open '/tmp/upload-8f3a/x.bin'", 'ENOENT: no such file or directory, open <str>'],
  ['read ECONNRESET while writing /tmp/tmpqwkzjx/part.bin', 'read ECONNRESET while writing /tmp/<path>'],
  ['Unexpected token u in JSON at position 17', 'Unexpected token u in JSON at position <num>'],
  // gRPC
  [
    '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.1.2.3:50051 (2025-04-16T14:30:00.123Z)',
    '<num> UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED <ip> (<time>)',
  ],
  [
    '4 DEADLINE_EXCEEDED: Deadline exceeded after 2.998s,LB pick: 0.001s,remote_addr=10.0.12.7:8080',
    '<num> DEADLINE_EXCEEDED: Deadline exceeded after <dur>,LB pick: <dur>,remote_addr=<ip>',
  ],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.1:50051: connect: connection refused"',
    'rpc error: code = Unavailable desc = connection error: desc = <str>',
  ],
  // Go
  ['dial tcp 10.96.0.1:443: i/o timeout', 'dial tcp <ip>: i/o timeout'],
  [
    'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [
    '2025/04/16 14:30:00 http: panic serving [::1]:51234: runtime error: index out of range [5] with length 3',
    '<time> http: panic serving <ip>: runtime error: index out of range [<num>] with length <num>',
  ],
  ['Get "https://api.shop.example/v1/orders/8812": EOF', 'Get <str>: EOF'],
  [
    'pq: duplicate key value violates unique constraint "orders_pkey"',
    'pq: duplicate key value violates unique constraint <str>',
  ],
  ['lease 1m30.5s expired', 'lease <dur> expired'],
  // Java
  ['java.net.SocketTimeoutException: Read timed out', 'java.net.SocketTimeoutException: Read timed out'],
  [
    'HikariPool-1 - Connection is not available, request timed out after 30001ms (total=10, active=10, idle=0, waiting=37)',
    'HikariPool-<num> - Connection is not available, request timed out after <dur> (total=<num>, active=<num>, idle=<num>, waiting=<num>)',
  ],
  ['Could not open JDBC connection to inventory/10.0.3.4:5432', 'Could not open JDBC connection to inventory/<ip>'],
  ['Cannot lock com.shop.Order@1b6d3586', 'Cannot lock com.shop.Order@<hex>'],
  ['Batch PT3S of P1DT2H30M was late', 'Batch <dur> of <dur> was late'],
  // Python
  ["KeyError: 'user_id'", 'KeyError: <str>'],
  ['<Future at 0x7f9c2c1d3d30 state=pending> was never awaited', '<Future at <hex> state=pending> was never awaited'],
  [
    "HTTPConnectionPool(host='inventory', port=8080): Max retries exceeded with url: /items/42?sku=A77 (Caused by NewConnectionError)",
    'HTTPConnectionPool(host=<str>, port=<num>): Max retries exceeded with url: /items/<num>?sku=<id> (Caused by NewConnectionError)',
  ],
  // PostgreSQL, MySQL, Redis
  ['canceling statement due to statement timeout', 'canceling statement due to statement timeout'],
  [
    'Process 4711 waits for ShareLock on transaction 88231; blocked by process 4712.',
    'Process <num> waits for ShareLock on transaction <num>; blocked by process <num>.',
  ],
  ['Key (order_id, line)=(77123, 4) already exists.', 'Key (order_id, line)=(<num>) already exists.'],
  ['invalid input syntax for type uuid: "abc"', 'invalid input syntax for type uuid: <str>'],
  [
    'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute',
    'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute',
  ],
  ["Duplicate entry '42-77' for key 'orders.PRIMARY'", 'Duplicate entry <str> for key <str>'],
  ['OOM command not allowed when used memory > maxmemory.', 'OOM command not allowed when used memory > maxmemory.'],
  // nginx, HTTP
  [
    '2025/04/16 14:30:00 [error] 31#31: *1204 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.1, server: example.com, request: "GET /api/x HTTP/1.1", upstream: "http://10.0.0.2:8080/api/x"',
    '<time> [error] <num>#<num>: *<num> upstream timed out (<num>: Connection timed out) while reading response header from upstream, client: <ip>, server: example.com, request: <str>, upstream: <str>',
  ],
  ['10.0.0.7 - - [16/Apr/2025:14:30:00 +0000] "GET / HTTP/1.1" 502 157', '<ip> - - [<time>] <str> <num> <num>'],
  [
    'POST http://inventory:8080/items/42/reserve?order=99&user=ann failed with 500',
    'POST http://inventory:<num>/items/<num>/reserve?order=<str>&user=<str> failed with <num>',
  ],
  [
    'GET https://shop.example/users/550e8400-e29b-41d4-a716-446655440000/cart: 404',
    'GET https://shop.example/users/<uuid>/cart: <num>',
  ],
  ['mongodb://app:s3cret@mongo-0.mongo:27017/shop is away', 'mongodb://<id>@mongo-<num>.mongo:<num>/shop is away'],
  ['blob:https://shop.example/550e8400 is gone', '<url> is gone'],
  // Ids
  ['Order ord-8f3a2b9c failed', 'Order ord-<hex> failed'],
  ['pod inventory-7f9c6d5b8-xkqzb was evicted', 'pod inventory-<id> was evicted'],
  ['request req-550e8400-e29b-41d4-a716-446655440000 timed out', 'request req-<uuid> timed out'],
  ['session id=qwxzkvbn expired, token: aGVsbG8gd29ybGQgMTIzNDU2==', 'session id=<id> expired, token: <id>'],
  ['commit deadbeefcafe is unknown', 'commit <id> is unknown'],
  ['session V1StGXR8_Z5jdHi6B-myT expired', 'session <id> expired'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N expired', 'jwt <id> expired'],
  ['sha256 of the s3 object differs, utf8 is expected', 'sha256 of the s3 object differs, utf8 is expected'],
  ['mail to ann.lee+x@shop.example bounced', 'mail to <email> bounced'],
  ['lodash@4.17.21 is missing', 'lodash@<num> is missing'],
  ['device 00:1b:44:11:3a:b7 left', 'device <hex> left'],
  // Numbers, durations, times
  ['gave up after 3,000 ms', 'gave up after <dur>'],
  ['gave up after 1.5s', 'gave up after <dur>'],
  ['gave up after 2 minutes 30 seconds', 'gave up after <dur>'],
  ['used 512MB of 1.5 GiB (34.1%)', 'used <num> of <num> (<num>%)'],
  ['balance is -12.50, limit +3e-5', 'balance is <num>, limit <num>'],
  ['rate limit: retry at Wed, 16 Apr 2025 14:30:00 GMT', 'rate limit: retry at <time>'],
  ['retry at Apr 16, 2025 2:30 PM', 'retry at <time>'],
  ['Wed Apr 16 14:30:00 2025 backup failed', '<time> backup failed'],
  ['2025-04-16 14:30:00,123 backup failed', '<time> backup failed'],
  ['missing ids: 1, 2, 3 and 4', 'missing ids: <num> and <num>'],
  ['missing [a-1, b-22, c-333, d-4, e-5, f-6, g-7, h-8]', 'missing [<list>]'],
  ['orders ord-1, ord-22, ord-333 are late', 'orders ord-<num> are late'],
  ['C:\\Users\\ann\\AppData\\x.txt is locked', 'C:\\Users\\<id>\\AppData\\x.txt is locked'],
  // JSON
  ['{"level":50,"time":1744813800000,"pid":17,"msg":"Connection refused by inventory"}', 'Connection refused by inventory'],
  ['Request failed: {"code":500,"reason":"boom","id":"a-1"}', 'Request failed: {"code":<num>,"reason":<str>,"id":<str>}'],
  ['{"err":{"type":"TypeError","message":"x is not a function"}}', 'x is not a function'],
  ['\u001b[31mERROR\u001b[0m  disk\tfull', 'ERROR disk full'],
];

describe('maskMessage', () => {
  it.each(REAL)('of %s', (message, template) => {
    expect(maskMessage(message)).toBe(template);
  });
});
