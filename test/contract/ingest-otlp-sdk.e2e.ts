/** OTLP as the official JavaScript SDK and exporters send it (issue of the receivers: every record arrives, ids linked). */
import type { AppProcess } from '../support/app-process.js';
import { allLogs, type ContractClient } from '../support/contract-client.js';
import { instrumented, OTLP_PROTOCOLS } from '../support/open-telemetry.js';
import { unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const bed = useTestBed();
const INFO = 9;
const ERROR = 17;
const RECORDS = 1_000;
let app: AppProcess;
let tenant: string;
let client: ContractClient;

beforeAll(async () => {
  app = await bed.allInOne();
});
beforeEach(() => {
  tenant = unique('otlp');
  client = bed.client(app.grpc).as(tenant);
});

describe.each(OTLP_PROTOCOLS)('The official exporters over %s', (protocol) => {
  it('deliver every log record once, with its span, types and nanoseconds', async () => {
    const shop = instrumented(app, protocol, 'shop', tenant);
    const span = shop.span('GET /cart');
    const { traceId, spanId } = span.spanContext();
    for (let i = 0; i < RECORDS; i++) shop.log(`record ${i}`, INFO, span, { number: i, word: `w${i}` });
    shop.log('outside of any trace', ERROR, null);
    await shop.flush();
    await shop.shutdown();

    const logs = await allLogs(client);
    expect(logs).toHaveLength(RECORDS + 1);
    const inSpan = logs.filter((log) => log.traceId === traceId);
    expect(new Set(inSpan.map(({ message }) => message)).size).toBe(RECORDS);
    expect(inSpan.every((log) => log.spanId === spanId && log.service === 'shop' && log.level === 'info')).toBe(true);
    const [one] = inSpan.filter(({ message }) => message === 'record 7');
    expect(one).toMatchObject({ scope: 'test', severityNumber: INFO, attributes: { word: 'w7' } });
    expect(JSON.parse(one?.attributesJson ?? '{}')).toMatchObject({ number: 7 });
    expect(JSON.parse(one?.resourceJson ?? '{}')).toMatchObject({
      'service.name': 'shop',
      'process.pid': 4711,
      'os.ready': true,
    });
    expect(logs.find((log) => log.traceId === '')).toMatchObject({ message: 'outside of any trace', level: 'error', spanId: '' });
  });

  it('deliver spans with their parents, and exceptions as error records; the failed trace has its DAG', async () => {
    const gateway = instrumented(app, protocol, 'gateway', tenant);
    const payment = instrumented(app, protocol, 'payment', tenant);
    const outer = gateway.span('POST /orders');
    const inner = payment.span('charge', outer);
    const { traceId, spanId } = inner.spanContext();
    gateway.log('order received', INFO, outer);
    payment.fail(inner, new TypeError('card declined'));
    outer.end();
    for (const service of [gateway, payment]) {
      await service.flush();
      await service.shutdown();
    }

    const { spans } = await client.getSpansByTraceId({ traceId });
    const parentId = outer.spanContext().spanId;
    const failed = { name: 'charge', service: 'payment', status: 'error', statusMessage: 'card declined', parentId, spanId };
    expect(spans).toHaveLength(2);
    expect(spans).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'POST /orders', service: 'gateway', parentId: '', spanId: parentId }),
        expect.objectContaining(failed),
      ]),
    );
    expect(spans.find((span) => span.spanId === spanId)?.events).toMatchObject([{ name: 'exception' }]);

    const { logs } = await client.getLogsByTraceId({ traceId });
    expect(logs.find(({ level }) => level === 'error')).toMatchObject({
      message: 'TypeError: card declined',
      service: 'payment',
      spanId,
      parentId,
      event: 'exception',
    });
    await waitUntil(
      () =>
        client.getDagByTraceId(traceId).then(
          ({ dagJson, logCount, spanCount }) =>
            logCount === 2 && spanCount === 2 && JSON.stringify(dagJson).includes(`"target":"${spanId}"`),
          () => false,
        ),
      'the DAG holds the failed span below its caller',
    );
  });
});
