import { invalidField, malformed } from '#platform';
import { isObject } from '../records/clean-text.js';

/**
 * The rows of `{"columns": ["time", "message"], "data": [["2024-01-01", "a line"], ...]}` as objects. Null says that
 * the row has no value for the column; a row that is no array comes as it is, to be refused by itself.
 *
 * @throws RootspanError 400 where the body is not JSON, or columns or data are missing
 */
export function rowsOfColumns(body: Buffer): Iterable<unknown> {
  const { columns, data } = parsedObject(body);
  if (!Array.isArray(columns) || !columns.every((column) => typeof column === 'string')) {
    throw invalidField('columns', 'must be an array of names');
  }
  if (!Array.isArray(data)) throw invalidField('data', 'must be an array of rows, each an array of values');
  return asObjects(columns, data);
}

function* asObjects(columns: readonly string[], data: readonly unknown[]): Generator<unknown, void> {
  for (const row of data) {
    // As long as the row, not as the columns: many columns and many empty rows would be work without end.
    // fromEntries defines members, so that a column such as __proto__ stays a column.
    if (Array.isArray(row)) {
      const values = row.slice(0, columns.length) as readonly unknown[];
      yield Object.fromEntries(
        values.map((value, index) => [columns[index], value] as const).filter(([, value]) => value !== null),
      );
    } else yield isObject(row) ? row : null;
  }
}

function parsedObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8').decode(body)) as unknown;
  } catch (error) {
    throw malformed('The body is not JSON: send {"columns": [...], "data": [[...], ...]}.', error);
  }
  if (!isObject(value)) throw malformed('The body is no JSON object: send {"columns": [...], "data": [[...], ...]}.');
  return value;
}
