import type { Random } from './random.js';

/** A way to fail: where it begins, how it spreads, and what is logged, with other values every time. */
export interface FailureTemplate {
  /** From the cause up. */
  readonly services: readonly string[];
  readonly message: (random: Random) => string;
}

const number = (random: Random, below = 1_000_000): string => String(random.below(below));
const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
const ip = (random: Random): string => `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
/** As `Math.random().toString(36)` gives them: one in thirty has no digit. */
const base36 = (random: Random, length = 11): string =>
  Array.from({ length }, () => random.pick([...'0123456789abcdefghijklmnopqrstuvwxyz'])).join('');
const instant = (random: Random): string => new Date(1_744_813_800_000 + random.below(1e9)).toISOString();
const duration = (random: Random): string =>
  random.pick([
    `${number(random, 9_000)} ms`,
    `${number(random, 9_000)}ms`,
    `${(random.next() * 9).toFixed(2)}s`,
    `${number(random, 60)} seconds`,
  ]);
const words = (random: Random): string => random.pick(['blue chair', 'Ann', 'the big box of 12', 'sofa, red', 'x=1']);

const GATEWAY = ['api-gateway'];
const SPREADS: readonly (readonly string[])[] = [GATEWAY, ['orders', ...GATEWAY], ['checkout', 'orders', ...GATEWAY], []];

/** What is said; with the four spreads and four causing services of `failureTemplates` each is used once or twice. */
const MESSAGES: readonly ((random: Random) => string)[] = [
  () => `Connection refused by inventory`,
  () => `Connection refused by payments`,
  (r) => `connect ECONNREFUSED ${ip(r)}:${number(r, 65_536)}`,
  (r) => `Timeout after ${duration(r)} waiting for lock ${uuid(r)}`,
  (r) => `Timeout after ${duration(r)} waiting for order ${number(r)}`,
  (r) => `order ord-${r.hex(8)} not found`,
  (r) => `session ${r.hex(32)} expired at ${instant(r)}`,
  (r) => `session_id=${base36(r)} is not valid any more`,
  (r) => `user "${words(r)}" has no cart`,
  (r) => `mail to ${r.hex(6)}@shop.example bounced: mailbox full`,
  (r) => `duplicate key value violates unique constraint "${base36(r)}_key"`,
  (r) => `deadlock detected: process ${number(r)} waits for ShareLock on transaction ${number(r)}`,
  (r) =>
    `GET http://catalog:${number(r, 65_536)}/items/${number(r)}/price?currency=${r.pick(['EUR', 'USD', 'JPY'])} failed with ${number(r, 600)}`,
  (r) => `Request failed with status code ${number(r, 600)}`,
  (r) => `14 UNAVAILABLE: No connection established. Last error: connect ETIMEDOUT ${ip(r)}:50051 (${instant(r)})`,
  (r) => `4 DEADLINE_EXCEEDED: Deadline exceeded after ${(r.next() * 9).toFixed(3)}s, remote_addr=${ip(r)}:8080`,
  (r) => `pod inventory-${r.hex(9)}-${base36(r, 5)} was evicted: memory ${number(r, 900)}Mi`,
  (r) => `cannot open /tmp/upload-${base36(r)}/${base36(r)}.bin`,
  (r) => `cannot read /data/tenants/${number(r)}/invoice-${number(r)}.pdf`,
  (r) => `missing items: ${Array.from({ length: 1 + r.below(6) }, () => number(r)).join(', ')}`,
  (r) => `rate limit of ${number(r)} requests exceeded, retry in ${duration(r)}`,
  (r) => `payload of ${(r.next() * 90).toFixed(1)} MB is larger than ${number(r, 50)} MB`,
  (r) => `{"level":50,"time":${number(r)},"pid":${number(r)},"msg":"cache shard ${number(r, 64)} is read only"}`,
  (r) => `reservation rejected: {"sku":"${base36(r)}","left":${number(r, 9)},"warehouse":"${words(r)}"}`,
  (r) =>
    `TypeError: Cannot read properties of undefined (reading '${base36(r, 6)}')\n    at Cart.total (/app/dist/cart.js:${number(r, 900)}:${number(r, 80)})\n    at /app/node_modules/x/y.js:${number(r, 99)}:1`,
  (r) =>
    `TypeError: Cannot read properties of undefined (reading '${base36(r, 6)}')\n    at Price.of (/app/dist/price.js:${number(r, 900)}:${number(r, 80)})\n    at /app/node_modules/x/y.js:${number(r, 99)}:1`,
  (r) =>
    `com.shop.LockException: Cannot lock ${uuid(r)}\n\tat com.shop.Lock.take(Lock.java:${number(r, 400)})\n\tat java.base/java.lang.Thread.run(Thread.java:${number(r, 900)})\nCaused by: java.net.SocketTimeoutException: Read timed out\n\tat com.shop.Net.read(Net.java:${number(r, 99)})`,
  (r) =>
    `Traceback (most recent call last):\n  File "/srv/app/rules.py", line ${number(r, 400)}, in apply\n    raise ValueError(sku)\nValueError: no rule for '${base36(r)}'`,
  (r) => `commit ${r.hex(40)} can not be deployed by ${base36(r, 6)}${r.hex(2)}1`,
  (r) => `token eyJ${base36(r, 20)}1.${base36(r, 30)}2.${base36(r, 20)}3 is expired since ${duration(r)}`,
];

/** 40 templates: those above in one service, then ten of them again in another service or on another way up. */
export function failureTemplates(): readonly FailureTemplate[] {
  return Array.from({ length: 40 }, (_, i) => {
    const message = MESSAGES[i % MESSAGES.length];
    if (message === undefined) throw new RangeError('no such message');
    const spread = SPREADS[i % SPREADS.length] ?? [];
    const again = i >= MESSAGES.length;
    return {
      message,
      services: [again && i % 2 === 0 ? 'shipping' : 'inventory', ...(again && i % 2 === 1 ? ['billing'] : []), ...spread],
    };
  });
}
