import type { ServiceMap } from '#proto';
import type { Palette } from '../palette.js';
import { printableLine } from './printable.js';
import { tableLines, type Column } from './table.js';
import { percentage } from './words.js';

const figures: readonly Column[] = [
  { title: 'FAILED', align: 'right' },
  { title: 'SHARE', align: 'right' },
];
const SERVICES: readonly Column[] = [{ title: 'SERVICE', align: 'left' }, { title: 'SPANS', align: 'right' }, ...figures];
const CALLS: readonly Column[] = [
  { title: 'CALLER', align: 'left' },
  { title: 'CALLED', align: 'left' },
  { title: 'CALLS', align: 'right' },
  ...figures,
];

/** The services with their spans, then who called whom. */
export function* mapLines(
  { from, to, services, calls, share }: ServiceMap,
  palette: Palette,
  width: number | null,
): Generator<string, void> {
  const estimated = share < 1 ? `, estimated from ${(share * 100).toFixed(1)} % of the records` : '';
  yield palette.faint(`${from} to ${to}${estimated}`);
  const serviceRows = services.map(({ service, spans, failures }) => [printableLine(service), ...cells(spans, failures)]);
  yield '';
  yield* tableLines(SERVICES, serviceRows, palette, width);
  if (calls.length === 0) return;
  const callRows = calls.map(({ source, target, calls: count, failures }) => {
    return [printableLine(source), printableLine(target), ...cells(count, failures)];
  });
  yield '';
  yield* tableLines(CALLS, callRows, palette, width);
}

/** 64-bit counts come as decimal texts. */
function cells(count: string, failures: string): string[] {
  return [grouped(count), grouped(failures), percentage(Number(failures), Number(count))];
}

function grouped(count: string): string {
  return BigInt(count).toLocaleString('en-US');
}
