import { isObject, type JsonObject } from '../http-status.js';
import type { Palette } from '../palette.js';
import { printableLine } from './printable.js';

export interface StatusToShow {
  /** host:port of the gRPC server. */
  readonly address: string;
  /** SERVING, or why not. */
  readonly health: string;
  /** What GET /api/v1/status answers; null where it was not asked. */
  readonly stored: JsonObject | null;
}

/** Whether Rootspan is well, then each figure on a line of its own. */
export function* statusLines({ address, health, stored }: StatusToShow, palette: Palette): Generator<string, void> {
  const paint = health === 'SERVING' ? palette.good : palette.bad;
  yield `${palette.strong(address)}  ${paint(printableLine(health))}`;
  if (stored === null) return;
  const figures = flattened(stored, '');
  const width = Math.max(0, ...figures.map(([name]) => name.length));
  for (const [name, value] of figures) yield `  ${palette.faint(name.padEnd(width))}  ${value}`;
}

/** `logs.rows` and its value, for members within members: a newer server may tell more than is known here. */
function flattened(object: JsonObject, before: string): [string, string][] {
  return Object.entries(object).flatMap(([name, value]): [string, string][] => {
    const path = printableLine(before === '' ? name : `${before}.${name}`);
    return isObject(value) ? flattened(value, path) : [[path, textOf(value)]];
  });
}

function textOf(value: unknown): string {
  if (value === null) return '-';
  if (typeof value === 'number') return value.toLocaleString('en-US');
  return printableLine(typeof value === 'string' ? value : JSON.stringify(value));
}
