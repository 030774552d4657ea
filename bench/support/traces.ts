import { Log, LogLevel } from '#proto';
import type { Random } from './random.js';

const SERVICES = ['api-gateway', 'auth-service', 'cart-service', 'catalog', 'checkout', 'payment-service', 'shipping', 'email'];
const SPANS = 5;
const FEWEST_LOGS = 8;
const MOST_LOGS = 21;
/** How often an error goes on from a span to its parent. */
const PROPAGATED_SHARE = 0.7;

const ACTIONS = [
  'GET /api/v1/products/%%%%%',
  'POST /api/v1/orders?customer=%%%%',
  'cache lookup for key product:%%%%%',
  'SELECT on orders by customer took % ms',
];
const RESULTS = [
  'finished with status 200 in % ms',
  'accepted, % items in the cart',
  'retrying, attempt %',
  'queue depth is now %',
];
const FAILURES = ['connection to 10.0.3.%:5432 refused', 'card declined by issuer, code %', 'upstream answered 503 after % ms'];
const ATTRIBUTES: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['http.method', ['GET', 'POST', 'PUT']],
  ['http.status', ['200', '201', '404', '503']],
  ['user.id', ['u-%%%%%', 'u-%%%%']],
  ['k8s.pod', ['checkout-7d9f8c6b5-x%%', 'gateway-5c4b9d8f7-k%%']],
  ['duration.ms', ['%%', '%%%']],
];

/** A call of one service by another. */
interface Span {
  readonly id: string;
  readonly parent: Span | null;
  readonly service: string;
}

/**
 * The records of one trace in the order of their times: 8 to 21 logs over 5 spans in a tree, each with a message and 3 to 5
 * attributes, 250 to 300 bytes on the wire. Where it fails, its last span logs an error, often its callers too.
 *
 * @param timestamp given to every record, RFC 3339; microseconds are put in place of its last six digits before the Z
 * @param failedShare of the traces that fail, 0 to 1
 */
export function traceRecords(random: Random, traceId: string, timestamp: string, failedShare: number): Log[] {
  const spans = spanTree(random);
  const count = FEWEST_LOGS + random.below(MOST_LOGS - FEWEST_LOGS + 1);
  const failing = failingSpans(random, spans, failedShare);
  const step = Math.floor(900_000 / count);
  return Array.from({ length: count }, (_, i) => {
    // Every span logs at least once; the end of a failed trace is where it says so.
    const span = spans[i] ?? failing[count - 1 - i] ?? random.pick(spans);
    const failed = i >= spans.length && failing[count - 1 - i] === span;
    const micros = i * step + random.below(step);
    return {
      ...EMPTY,
      traceId,
      parentId: span.parent?.id ?? '',
      spanId: span.id,
      service: span.service,
      message: messageOf(random, failed),
      level: failed ? LogLevel.ERROR : levelOf(random),
      timestamp: `${timestamp.slice(0, -7)}${String(micros).padStart(6, '0')}Z`,
      attributes: attributesOf(random),
    };
  });
}

const EMPTY = Log.decode(new Uint8Array(0));

function spanTree(random: Random): Span[] {
  const spans: Span[] = [];
  const first = random.below(SERVICES.length);
  for (let i = 0; i < SPANS; i++) {
    // A span calls from one of the two before it: chains are common, fans happen.
    const parent = i === 0 ? null : (spans[Math.max(0, i - 1 - random.below(2))] ?? null);
    const service = i === 0 ? 'api-gateway' : (SERVICES[(first + i) % SERVICES.length] ?? 'api-gateway');
    spans.push({ id: random.hex(16), parent, service });
  }
  return spans;
}

/** Outermost first, so that the origin of the failure logs before its callers do; empty for a trace that works. */
function failingSpans(random: Random, spans: readonly Span[], failedShare: number): Span[] {
  if (random.next() >= failedShare) return [];
  const failing: Span[] = [];
  for (let span = spans.at(-1) ?? null; span !== null && failing.length < 3; span = span.parent) {
    failing.unshift(span);
    if (random.next() >= PROPAGATED_SHARE) break;
  }
  return failing;
}

function levelOf(random: Random): LogLevel {
  const share = random.next();
  return share < 0.8 ? LogLevel.INFO : share < 0.95 ? LogLevel.DEBUG : LogLevel.WARN;
}

function messageOf(random: Random, failed: boolean): string {
  if (failed) return `request failed: ${numbered(random, random.pick(FAILURES))}`;
  return `${numbered(random, random.pick(ACTIONS))} ${numbered(random, random.pick(RESULTS))}`;
}

function attributesOf(random: Random): Record<string, string> {
  const count = 3 + random.below(3);
  return Object.fromEntries(ATTRIBUTES.slice(0, count).map(([name, values]) => [name, numbered(random, random.pick(values))]));
}

function numbered(random: Random, template: string): string {
  return template.replaceAll('%', () => String(1 + random.below(9)));
}
