import { parseArgs } from 'node:util';

/** The options of a benchmark: their defaults tell their types. */
type Defaults = Readonly<Record<string, string | number | boolean>>;
type Options<D extends Defaults> = {
  readonly [K in keyof D]: D[K] extends number ? number : D[K] extends boolean ? boolean : string;
};

/**
 * Reads `--name value` (`--name` alone where the default is a boolean).
 *
 * @param usage printed where an option is unknown or no number
 */
export function readOptions<const D extends Defaults>(usage: string, defaults: D): Options<D> {
  const types = Object.entries(defaults).map(
    ([name, value]) => [name, { type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const) }] as const,
  );
  try {
    const { values } = parseArgs({ options: Object.fromEntries(types) });
    const read = Object.entries(defaults).map(([name, fallback]) => [name, valueOf(name, values[name], fallback)]);
    return Object.fromEntries(read) as Options<D>;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}\n`);
    process.exit(2);
  }
}

function valueOf(name: string, given: string | boolean | undefined, fallback: string | number | boolean) {
  if (given === undefined || typeof fallback !== 'number') return given ?? fallback;
  const number = Number(given);
  if (!Number.isFinite(number) || number < 0) throw new Error(`--${name} takes a number, not ${String(given)}.`);
  return number;
}

/** @throws Error naming the choices */
export function oneOf<const T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`--${name} is one of ${choices.join(', ')}, not ${value}.`);
  return found;
}
