/**
 * A part of the configuration that this program can't do without. `loadConfig` has checked that it is there; this tells
 * the compiler, and whoever broke that check.
 */
export function required<T>(value: T | null, variable: string): T {
  if (value === null) throw new Error(`${variable} must be set for this program: loadConfig should have said so.`);
  return value;
}
