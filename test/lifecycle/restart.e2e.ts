/** The all-in-one is stopped and started again on the same data folder: what was acknowledged stays, once. */
import { embeddedDatabasePid } from '../support/embedded-database.js';
import { account, ALL_EXACTLY_ONCE, Load, storedMessages } from '../support/load.js';
import { refusesConnections } from '../support/network.js';
import { isAlive } from '../support/processes.js';
import { LogLevel, unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('an all-in-one', () => {
  const bed = useTestBed();

  it('finds everything again after a restart: records, DAGs, retry keys', async () => {
    const ROOTSPAN_DATA_DIR = await bed.folder();
    const batch = { batchId: unique('batch'), logs: [valid(), valid({ spanId: 'span-2', level: LogLevel.ERROR })] };

    const first = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR });
    const before = bed.client(first.grpc);
    await before.sendLogs(batch);
    const dag = await waitUntil(() => before.getDagByTraceId('trace-1'), 'the DAG is there');
    const logs = await before.getLogs();
    const { nextPageToken } = await before.getLogs({ pageSize: 1 });
    expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null });

    const second = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR });
    const after = bed.client(second.grpc);
    expect(await after.getLogs()).toEqual(logs);
    expect((await after.getLogs({ pageToken: nextPageToken })).logs).toEqual(logs.logs.slice(1));
    expect(await after.getDagByTraceId('trace-1')).toEqual(dag);
    expect(await after.sendLogs(batch)).toMatchObject({ accepted: 2, duplicate: true });
    expect(await after.getLogs()).toEqual(logs);
    await second.stop();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at a %s under load with nothing left running and nothing lost',
    async (signal) => {
      const ROOTSPAN_DATA_DIR = await bed.folder();
      const app = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR });
      const tenant = unique('load');
      const load = new Load(bed.client(app.grpc).as(tenant), { callers: 8 });
      await load.untilMore(1_000);
      const database = embeddedDatabasePid(ROOTSPAN_DATA_DIR) ?? Number.NaN;
      expect(isAlive(database)).toBe(true);

      expect(await app.stop(signal)).toEqual({ code: 0, signal: null });
      await load.stop();
      expect(isAlive(app.pid)).toBe(false);
      expect(isAlive(database)).toBe(false);
      expect(embeddedDatabasePid(ROOTSPAN_DATA_DIR)).toBeNull();
      for (const address of [app.grpc, app.http]) expect(await refusesConnections(address)).toBe(true);

      const again = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR });
      expect(account(load, await storedMessages(bed.client(again.grpc).as(tenant)))).toEqual(ALL_EXACTLY_ONCE);
      await again.stop();
    },
  );

  it('ends at a signal while it starts', async () => {
    const ROOTSPAN_DATA_DIR = await bed.folder();
    const app = bed.spawn('all-in-one', { ROOTSPAN_DATA_DIR });
    const database = await waitUntil(() => embeddedDatabasePid(ROOTSPAN_DATA_DIR), 'the database is being started');
    await app.stop('SIGINT');
    await waitUntil(() => !isAlive(database), 'the database has ended');
    await (await bed.start('all-in-one', { ROOTSPAN_DATA_DIR })).stop();
  });
});
