/** Attributes of a record by name. */
export interface RecordAttributes {
  /** The first of the keys that holds a string or a number, as text; empty where none does. */
  text(...keys: readonly string[]): string;
}

/** Longer texts are not parsed: whoever reads records bounds attributes to 4 KiB. */
const LONGEST = 8192;

/** Reads a flat JSON object; anything else has no attributes. */
export function attributesOf(json: string): RecordAttributes {
  const known = parsed(json);
  return {
    text(...keys) {
      for (const key of keys) {
        const value = known.get(key);
        if (typeof value === 'string' && value !== '') return value;
        if (typeof value === 'number') return String(value);
      }
      return '';
    },
  };
}

function parsed(json: string): ReadonlyMap<string, unknown> {
  if (json === '' || json.length > LONGEST) return new Map();
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : new Map();
  } catch {
    return new Map();
  }
}
