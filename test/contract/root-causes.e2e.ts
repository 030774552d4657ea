/** Where a failure began, as GetDagByTraceId says it (contract section 4, docs/error-dag.md). */
import type { Dag, Log } from '#proto';
import type { ContractClient } from '../support/contract-client.js';
import { at, LogLevel, unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('the root causes of a failed trace', () => {
  const bed = useTestBed();
  let client: ContractClient;

  beforeAll(async () => {
    client = bed.client((await bed.allInOne()).grpc).as(unique('causes'));
  });

  /** Sends a trace's records and gives its DAG once that holds all of them. */
  async function dagOf(...records: readonly Partial<Log>[]): Promise<Dag> {
    const traceId = unique('trace');
    await client.sendLogs({ logs: records.map((record) => ({ ...record, traceId })) });
    return waitUntil(async () => {
      const dag = await client.getDagByTraceId(traceId);
      return dag.logCount === records.length ? dag : null;
    }, `the DAG of ${traceId} holds ${records.length} records`);
  }

  /** A record of the span, which is called by the parent. */
  function said(span: string, service: string, parent: string, second: number, message: string, level = LogLevel.INFO) {
    return { spanId: span, service, parentId: parent, timestamp: at(second), message, level };
  }

  it('name the deepest error, and count an exception once that four spans pass on', async () => {
    const failure = (by: string): string => `${by}: card declined by issuer`;
    const dag = await dagOf(
      said('a', 'gateway', '', 0, 'POST /checkout'),
      said('b', 'orders', 'a', 1, 'placing the order'),
      said('c', 'payments', 'b', 2, 'charging the card'),
      said('d', 'bank', 'c', 3, failure('CardDeclined'), LogLevel.ERROR),
      said('c', 'payments', 'b', 4, failure('PaymentFailed'), LogLevel.ERROR),
      said('b', 'orders', 'a', 5, failure('OrderFailed'), LogLevel.ERROR),
      said('a', 'gateway', '', 6, failure('502'), LogLevel.ERROR),
    );
    expect(dag.rootCauses[0]).toMatchObject({ spanId: 'd', service: 'bank', role: 'origin', rule: 'deepest-error' });
    expect(dag.nodes.map(({ spanId, role }) => `${spanId} ${role}`)).toEqual([
      'a propagated',
      'b propagated',
      'c propagated',
      'd origin',
    ]);
    expect(dag.errorCount).toBe(1);
  });

  it('name the callee that was still running when its caller gave up, and the line to open', async () => {
    const dag = await dagOf(
      said('a', 'orders', '', 0, 'placing the order'),
      said('b', 'inventory', 'a', 1, 'reserving items'),
      said('b', 'inventory', 'a', 2, 'waiting for a row lock', LogLevel.WARN),
      said('a', 'orders', '', 4, 'inventory did not answer: timeout of 3000ms exceeded', LogLevel.ERROR),
      said('b', 'inventory', 'a', 9, 'items reserved'),
    );
    const [cause] = dag.rootCauses;
    expect(cause).toMatchObject({ spanId: 'b', service: 'inventory', role: 'suspect', rule: 'gave-up' });
    expect(cause?.evidence).toMatch(/orders gave up .*inventory/);
    const { logs } = await client.getLogsByTraceId({ traceId: dag.traceId });
    expect(logs.find(({ id }) => id === cause?.logId)?.message).toBe('waiting for a row lock');
  });

  it('are the same in the list of DAGs', async () => {
    const dag = await dagOf(said('a', 'cron', '', 0, 'disk full', LogLevel.FATAL));
    const { dags } = await client.getDags();
    expect(dags.find(({ traceId }) => traceId === dag.traceId)).toEqual(dag);
    expect(dag.rootCauses).toMatchObject([{ spanId: 'a', role: 'origin' }]);
  });
});
