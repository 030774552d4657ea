/** Random and mutated requests to every HTTP route: refused or taken, and the process neither fails, hangs nor grows. */
import fc from 'fast-check';
import * as zlib from 'node:zlib';
import snappy from 'snappyjs';
import type { AppProcess } from '../support/app-process.js';
import { processMemory } from '../support/process-memory.js';
import { useTestBed } from '../support/test-bed.js';
import { BOUND_MS } from '../support/wait-until.js';
import { field, varint } from '../support/wire.js';
import { ASKED_ROUTES, FUZZED_ROUTES, LOKI_PROTOBUF, type FuzzedRoute } from './fuzzed-routes.js';
import { fuzzedBody, type FuzzedBody } from './mutations.js';

const MIB = 1_024 * 1_024;
const CALL_BYTES = 4 * MIB;
const RUNS = 400;

const bed = useTestBed();
let app: AppProcess;

beforeAll(async () => {
  app = await bed.allInOne({ ROOTSPAN_MAX_CALL_BYTES: String(CALL_BYTES) });
});

afterEach(async () => {
  expect(app.hasExited).toBe(false);
  expect((await fetch(`http://${app.http}/readyz`)).status).toBe(200);
});

/** @returns the status; a request that hangs is an error */
async function send({ method, path, type }: Omit<FuzzedRoute, 'seeds'>, { bytes, headers }: FuzzedBody): Promise<number> {
  const response = await fetch(`http://${app.http}${path}`, {
    method,
    headers: { 'tenant-id': 'fuzz-test0', 'content-type': type, ...headers },
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(BOUND_MS),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Bytes by which the process is larger than before the work; null where the system does not tell. */
async function growthBy(work: () => Promise<unknown>, which: 'resident' | 'peak'): Promise<number | null> {
  const before = processMemory(app.pid);
  await work();
  const after = processMemory(app.pid);
  return before === null || after === null ? null : after[which] - before[which];
}

const isAnswer = (status: number): boolean => (status >= 200 && status < 500) || status === 503;

describe('A fuzzed body', () => {
  it.each(FUZZED_ROUTES.map((route) => [`${route.method} ${route.path} as ${route.type}`, route] as const))(
    'to %s is taken or refused',
    async (_, route) => {
      for (const bytes of route.seeds) expect(await send(route, { bytes, headers: {} })).toBeLessThan(500);
      await fc.assert(
        fc.asyncProperty(fuzzedBody(route.seeds), async (body) => {
          const status = await send(route, body);
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).toBeLessThan(500);
        }),
        { numRuns: RUNS },
      );
    },
  );

  it('after Snappy was undone is taken or refused too', async () => {
    const inner = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(inner, async (bytes) => {
        const status = await send(LOKI_PROTOBUF, { bytes: Buffer.from(snappy.compress(bytes)), headers: {} });
        expect([204, 400]).toContain(status);
      }),
      { numRuns: RUNS },
    );
  });

  it('sent a thousand times does not make the process grow', async () => {
    const bodies = FUZZED_ROUTES.map((route) => [route, fc.sample(fuzzedBody(route.seeds), 20)] as const);
    const round = async () => {
      for (const [route, samples] of bodies) await Promise.all(samples.map((body) => send(route, body)));
    };
    await round();
    const growth = await growthBy(async () => {
      for (let i = 0; i < 4; i++) await round();
    }, 'resident');
    if (growth !== null) expect(growth).toBeLessThan(200 * MIB);
  });
});

describe('A fuzzed query', () => {
  it.each(ASKED_ROUTES)('of GET %s is answered or refused', async (path) => {
    const names = fc.constantFrom('q', 'from', 'to', 'limit', 'order', 'pageToken', 'step', 'by', 'field', 'state', 'unknown');
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('-1h', 'now', '1e99', '-1', '99999999999999999999', 'level:error (', '"', '/(a+)+$/', 'trace:*', '\0', '%'),
    );
    const query = fc.array(fc.tuple(names, value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const url = `http://${app.http}${path}?${new URLSearchParams(pairs).toString()}`;
        const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(BOUND_MS) });
        await response.arrayBuffer();
        expect(isAnswer(response.status)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

const JSON_RECORD = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":';

/** As large as they may come, and as much work as they can be made. */
const HEAVY: readonly (readonly [string, () => Buffer])[] = [
  ['brackets only', () => Buffer.alloc(CALL_BYTES, '[')],
  ['an object in an object, and so on', () => Buffer.from('{"a":'.repeat(CALL_BYTES / 5))],
  ['lists nested and closed', () => Buffer.from('['.repeat(CALL_BYTES / 2) + ']'.repeat(CALL_BYTES / 2))],
  ['quotes only', () => Buffer.alloc(CALL_BYTES, '"')],
  ['line ends only', () => Buffer.alloc(CALL_BYTES, '\n')],
  ['empty objects, one a line', () => Buffer.from('{}\n'.repeat(CALL_BYTES / 3))],
  ['actions without documents', () => Buffer.from('{"delete":{}}\n'.repeat(CALL_BYTES / 14))],
  ['a number without end', () => Buffer.alloc(CALL_BYTES, '9')],
  ['escapes only', () => Buffer.from(`"${'\\u0000'.repeat(CALL_BYTES / 6 - 1)}"`)],
  ['bytes that are no UTF-8', () => Buffer.alloc(CALL_BYTES, 0xff)],
  ['zeros', () => Buffer.alloc(CALL_BYTES)],
  ['empty streams', () => Buffer.from(`{"streams":[${'{},'.repeat(CALL_BYTES / 3 - 10)}{}]}`)],
  [
    'empty rows of many columns',
    () => Buffer.from(`{"columns":[${'"a",'.repeat(CALL_BYTES / 8)}"a"],"data":[${'[],'.repeat(CALL_BYTES / 8)}[]]}`),
  ],
  [
    'empty log records of OTLP/JSON',
    () => Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(CALL_BYTES / 3 - 30)}{}]}]}]}`),
  ],
  ['empty records of OTLP in protobuf', () => field(1, field(2, Buffer.alloc(CALL_BYTES - 20, Buffer.from([0x12, 0]))))],
  [
    'values within values of OTLP/JSON',
    () => Buffer.from(`${JSON_RECORD}${'{"arrayValue":{"values":['.repeat(CALL_BYTES / 25 - 10)}`),
  ],
  ['values within values of OTLP in protobuf', () => field(1, field(2, field(2, nestedValues(5, CALL_BYTES - 40))))],
];

/** A field with an AnyValue: an array of one array, and so on, of at most so many bytes. */
function nestedValues(number: number, most: number): Buffer {
  const heads: Buffer[] = [];
  let length = 0;
  const wrap = (tag: number) => {
    heads.push(Buffer.concat([Buffer.from([tag]), varint(length)]));
    length += heads.at(-1)?.length ?? 0;
  };
  const [arrayValue, values] = [0x2a, 0x0a];
  for (wrap(arrayValue); length < most - 10; wrap(arrayValue)) wrap(values);
  return field(number, Buffer.concat(heads.reverse()));
}

describe('A heavy body', () => {
  it.each(HEAVY)('of %s is answered by every route', async (_, make) => {
    const bytes = make();
    for (const route of FUZZED_ROUTES) expect(await send(route, { bytes, headers: {} })).toBeLessThan(500);
  });
});

describe('A bomb', () => {
  const large = () => Buffer.alloc(256 * MIB, ' ');
  const zstdCompress: unknown = Reflect.get(zlib, 'zstdCompressSync');
  const compressions: readonly (readonly [string, () => Buffer, number])[] = [
    ['gzip', () => zlib.gzipSync(large()), 413],
    ['deflate', () => zlib.deflateSync(large()), 413],
    // Node has zstd from 22.15 on; before, nothing is inflated.
    [
      'zstd',
      () => (typeof zstdCompress === 'function' ? (zstdCompress as typeof zlib.gzipSync)(large()) : Buffer.alloc(100)),
      typeof zstdCompress === 'function' ? 413 : 415,
    ],
  ];

  it.each(compressions)('of %s is refused by every route before memory grows', async (encoding, make, expected) => {
    const bomb = { bytes: make(), headers: { 'content-encoding': encoding } };
    const inflating = FUZZED_ROUTES.filter(({ path }) => /logs|traces|push$|proton|_bulk/.test(path)).filter(
      ({ method, path }) => !(method === 'PUT' && path === '/api/push'),
    );
    const growth = await growthBy(async () => {
      const statuses = await Promise.all(inflating.flatMap((route) => [send(route, bomb), send(route, bomb)]));
      expect(statuses).toEqual(statuses.map(() => expected));
    }, 'peak');
    if (growth !== null) expect(growth).toBeLessThan(300 * MIB);
  });

  it('of Snappy is refused by what it says and by what it does', async () => {
    const honest = Buffer.from(snappy.compress(Buffer.alloc(64 * MIB)));
    const announces4GiB = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    // The same bytes, said to become one mebibyte.
    const lies = Buffer.concat([Buffer.from([0x80, 0x80, 0x40]), honest.subarray(4)]);
    const growth = await growthBy(async () => {
      for (const [bytes, expected] of [
        [honest, 413],
        [announces4GiB, 413],
        [lies, 400],
      ] as const) {
        expect(bytes.length).toBeLessThan(CALL_BYTES);
        const statuses = await Promise.all(Array.from({ length: 10 }, () => send(LOKI_PROTOBUF, { bytes, headers: {} })));
        expect(statuses).toEqual(statuses.map(() => expected));
      }
    }, 'peak');
    if (growth !== null) expect(growth).toBeLessThan(300 * MIB);
  });
});
