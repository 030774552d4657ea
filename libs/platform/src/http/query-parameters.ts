import { invalidField } from '../errors/errors.js';

/** A request's query as Fastify parses it: a text for each name, a list where a name comes more than once. */
export type RawQuery = Readonly<Record<string, unknown>>;

/**
 * The named parameters of a query; an empty text for each that is not given. A name that the question does not take is
 * refused: a misspelt filter must not give everything.
 *
 * @throws RootspanError INVALID_ARGUMENT that names the parameter
 */
export function parametersOf<const Name extends string>(query: RawQuery, names: readonly Name[]): Readonly<Record<Name, string>> {
  const known: readonly string[] = names;
  for (const [name, value] of Object.entries(query)) {
    const takes = known.length === 0 ? 'none' : known.join(', ');
    if (!known.includes(name)) throw invalidField(name, `is no parameter of this question, which takes ${takes}`);
    if (typeof value !== 'string') throw invalidField(name, 'is given more than once');
  }
  const entries = names.map((name) => [name, typeof query[name] === 'string' ? query[name] : '']);
  return Object.fromEntries(entries) as Record<Name, string>;
}
