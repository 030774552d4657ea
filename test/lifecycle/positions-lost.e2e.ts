/** An all-in-one whose positions are gone: what it takes is new, whatever number it would have begun with. */
import { AllInOne } from '../support/all-in-one.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

const RECORDS = 20;

describe('an all-in-one whose positions were wiped', () => {
  const bed = useTestBed();

  it.each(['while it was stopped', 'while it runs'])(
    '%s stores every record that it acknowledges, each under an id of its own',
    async (when) => {
      const postgres = await bed.restartablePostgres(['rootspan']);
      const url = postgres.url('rootspan');
      const system = await AllInOne.start(bed, { LOG_INGESTION_DATABASE: url, DAG_DATABASE: url });
      const tenant = unique('wiped');
      const send = async (prefix: string): Promise<void> => {
        const sender = system.sender(tenant);
        // With a key and without one, in turn.
        for (let i = 0; i < RECORDS; i++) {
          await sender.sendLog(
            valid({ traceId: `${prefix}-${i}`, message: `${prefix}-${i}`, id: i % 2 === 0 ? `${prefix}-${i}` : '' }),
          );
        }
      };
      await send('before');
      const sql = await bed.sql(url);
      if (when === 'while it runs') expect((await sql.query('DELETE FROM bus_positions')).rowCount).toBeGreaterThan(0);
      else {
        await system.app.stop('SIGTERM');
        expect((await sql.query('DELETE FROM bus_positions')).rowCount).toBeGreaterThan(0);
        await system.restart();
      }
      await send('after');
      await send('before'); // keyed records are still known, the others are new calls
      const stored = await system.storedRecords(tenant);
      expect(stored).toHaveLength(2 * RECORDS + RECORDS / 2);
      expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
    },
  );
});
