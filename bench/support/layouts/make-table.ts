import type { Database } from '#db/postgres';
import type { Layout } from './layout.js';
import { LIKE_OPTIONS, TEMPLATE_TABLE, type Template } from './template.js';

const DAY_MS = 86_400_000;

/** The indexes of a lay-out, each as it follows `CREATE INDEX ON logs`. */
export function indexesOf(layout: Layout, template: Template): readonly string[] {
  return layout.indexes === 'product' ? template.productIndexes : layout.indexes;
}

/**
 * Makes an empty `logs` in a lay-out.
 * @param fromMs receipt of the first row, milliseconds since 1970
 * @param toMs receipt of the last row: the partitions divide the time between the two evenly
 */
export async function makeTable(
  database: Database,
  layout: Layout,
  template: Template,
  fromMs: number,
  toMs: number,
): Promise<void> {
  const run = async (text: string): Promise<void> => void (await database.query({ text }));
  await run(`CREATE TABLE logs (LIKE ${TEMPLATE_TABLE} ${LIKE_OPTIONS}) PARTITION BY RANGE (received_at)`);
  for (const change of layout.changes) await run(change);
  for (const index of indexesOf(layout, template)) await run(`CREATE INDEX ON logs ${index}`);
  const cut = (i: number): string => {
    if (i === 0) return new Date(fromMs - DAY_MS).toISOString();
    if (i === layout.partitions) return new Date(toMs + DAY_MS).toISOString();
    return new Date(fromMs + ((toMs - fromMs) * i) / layout.partitions).toISOString();
  };
  for (let i = 0; i < layout.partitions; i++) {
    await run(`CREATE TABLE logs_${i + 1} PARTITION OF logs FOR VALUES FROM ('${cut(i)}') TO ('${cut(i + 1)}')`);
  }
}

const OFFERED = 'SELECT 1 FROM pg_settings WHERE name = $1 AND (enumvals IS NULL OR $2 = ANY (enumvals))';

/** The settings of a lay-out that this server was built without, as `name = value`. */
export async function missingSettings(database: Database, { settings }: Layout): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, value] of Object.entries(settings)) {
    const rows = await database.query({ text: OFFERED, values: [name, value] });
    if (rows.length === 0) missing.push(`${name} = ${value}`);
  }
  return missing;
}

/**
 * Gives the database the settings of a lay-out in place of those of the one before. Those of a database go before those of
 * the server's command line; sessions that begin from now on have them.
 */
export async function applySettings(database: Database, name: string, { settings }: Layout): Promise<void> {
  await database.query({ text: `ALTER DATABASE ${name} RESET ALL` });
  for (const [setting, value] of Object.entries(settings)) {
    await database.query({ text: `ALTER DATABASE ${name} SET ${setting} = '${value}'` });
  }
}
