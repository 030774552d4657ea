import { getTableColumns, type Table } from 'drizzle-orm';

/**
 * Rows of a table as one parameter, for `json_populate_recordset(NULL::table, $1::json)`: a statement that stays the same however
 * many rows it writes, so that it is prepared once.
 */
export class RowSet<Row extends object> {
  /** The columns by the properties of a row. */
  private readonly columns: readonly (readonly [property: string, column: string])[];

  /** @param omitted properties that rows do not have */
  constructor(table: Table, omitted: readonly string[]) {
    const all = Object.entries(getTableColumns(table)).map(([property, { name }]) => [property, name] as const);
    this.columns = all.filter(([property]) => !omitted.includes(property));
  }

  /** The columns for a list; with a prefix such as `excluded.` each of them begins so. */
  list(prefix = ''): string {
    return this.columns.map(([, name]) => `${prefix}"${name}"`).join(', ');
  }

  /** Each column as the row that an upsert has refused has it. */
  assignments(): string {
    return this.columns.map(([, name]) => `"${name}" = excluded."${name}"`).join(', ');
  }

  /** The parameter. */
  json(rows: readonly Row[]): string {
    const named = rows.map((row) => {
      const values = new Map<string, unknown>(Object.entries(row));
      return Object.fromEntries(this.columns.map(([property, name]) => [name, values.get(property)]));
    });
    return JSON.stringify(named, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}
