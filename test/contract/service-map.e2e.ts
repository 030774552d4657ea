/** Which services call which (issue row R.13), as GetServiceMap answers. */
import type { Log } from '#proto';
import type { ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { at, LogLevel, unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

describe('the service map', () => {
  const bed = useTestBed();
  let client: ContractClient;

  beforeAll(async () => {
    client = bed.client((await bed.allInOne()).grpc).as(unique('map'));
    const logs = Array.from({ length: 10 }, (_, n) => callsOf(n)).flat();
    expect(await client.sendLogs({ logs })).toMatchObject({ rejected: 0 });
  });

  /** gateway calls orders, which calls payments, which fails in every fifth trace; a second apart. */
  function callsOf(n: number): Partial<Log>[] {
    const span = (spanId: string, parentId: string, service: string, level = LogLevel.INFO) => {
      return { traceId: `trace-${n}`, spanId, parentId, service, level, timestamp: at(n) };
    };
    const level = n % 5 === 0 ? LogLevel.ERROR : LogLevel.INFO;
    return [span('a', '', 'gateway'), span('b', 'a', 'orders'), span('c', 'b', 'payments', level), span('d', 'c', 'payments')];
  }

  it('counts calls and failures within the range', async () => {
    expect(await client.getServiceMap({ from: at(0), to: at(10) })).toEqual({
      from: at(0),
      to: at(10),
      services: [
        { service: 'gateway', spans: '10', failures: '0' },
        { service: 'orders', spans: '10', failures: '0' },
        { service: 'payments', spans: '20', failures: '2' },
      ],
      calls: [
        { source: 'gateway', target: 'orders', calls: '10', failures: '0' },
        { source: 'orders', target: 'payments', calls: '10', failures: '2' },
      ],
      share: 1,
    });
    const { calls } = await client.getServiceMap({ from: at(1), to: at(6) });
    expect(calls).toContainEqual({ source: 'orders', target: 'payments', calls: '5', failures: '1' });
  });

  it('is that of the last hour where no range is given', async () => {
    const tenant = client.as(unique('map'));
    await tenant.sendLog({ traceId: 't', spanId: 'a', service: 'cron' });
    expect(await tenant.getServiceMap()).toMatchObject({ services: [{ service: 'cron', spans: '1' }], calls: [] });
  });

  it.each([
    ['from', { from: 'soon' }],
    ['to', { to: '2026-13-01T00:00:00Z' }],
    ['from', { from: at(5), to: at(5) }],
  ])('refuses a bad %s', async (field, range) => {
    expect(await outcomeOf(client.getServiceMap(range))).toMatchObject({ status: 'INVALID_ARGUMENT', fields: [field] });
  });
});
