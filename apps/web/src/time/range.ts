import { usePlace } from '../router.js';
import { localTime } from './instants.js';

/** A range as the place says it: relative (`-1h`) or RFC 3339. An empty `to` is now. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

export const RANGES: readonly { readonly from: string; readonly label: string }[] = [
  { from: '-15m', label: 'Last 15 minutes' },
  { from: '-1h', label: 'Last hour' },
  { from: '-6h', label: 'Last 6 hours' },
  { from: '-24h', label: 'Last 24 hours' },
  { from: '-7d', label: 'Last 7 days' },
  { from: '-30d', label: 'Last 30 days' },
];
export const USUAL_FROM = '-1h';

export function useRange(): Range {
  const { parameters } = usePlace();
  return { from: parameters.get('from') || USUAL_FROM, to: parameters.get('to') ?? '' };
}

/** True where the range ends now, so that what it shows is to be kept fresh. */
export function followsNow({ to }: Range): boolean {
  return to === '' || to === 'now';
}

/** The range in words. */
export function rangeText({ from, to }: Range): string {
  const known = RANGES.find((one) => one.from === from);
  if (known !== undefined && followsNow({ from, to })) return known.label;
  return `${boundText(from)} to ${to === '' ? 'now' : boundText(to)}`;
}

function boundText(bound: string): string {
  const time = localTime(bound);
  return time === null ? bound : `${time.day} ${time.clock}`.trim();
}
