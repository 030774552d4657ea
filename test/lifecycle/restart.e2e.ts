/** The all-in-one is stopped, killed and started again on the same data folder: what was acknowledged stays, once. */
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

  it('that is killed under load has every acknowledged record exactly once, and recognizes what is sent again', async () => {
    const ROOTSPAN_DATA_DIR = await bed.folder();
    const tenant = unique('load');
    let app = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR });
    const { grpc: address, http } = app;
    // The same ports again, as a person's own would be: callers come back by themselves.
    const samePorts = { GRPC_PORT: portOf(address), HTTP_PORT: portOf(http) };
    const client = bed.client(address).as(tenant);

    const load = new Load(client, { callers: 8 });
    for (let kills = 0; kills < 3; kills++) {
      await load.untilMore(2_000);
      await app.stop('SIGKILL');
      app = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR, ...samePorts });
    }
    await load.untilMore(2_000);
    await app.stop('SIGKILL');
    await load.stop();

    app = await bed.start('all-in-one', { ROOTSPAN_DATA_DIR, ...samePorts });
    // A connection that failed pauses before it tries again; a new one does not.
    const reader = bed.client(app.grpc).as(tenant);
    expect(account(load, await storedMessages(reader))).toEqual(ALL_EXACTLY_ONCE);
    await load.finish(reader);
    expect(account(load, await storedMessages(reader))).toEqual(ALL_EXACTLY_ONCE);

    const failed = (await reader.getLogs({ pageSize: 10_000 })).logs.find((record) => record.level === 'error');
    await waitUntil(() => reader.getDagByTraceId(failed?.traceId ?? ''), 'a failed trace has its DAG');
    await app.stop();
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

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}
