import { ago, localTime } from '../time/instants.js';
import { useNow } from './use-now.js';

/** A time in the zone of this machine, exact to the nanosecond where it was sent so; UTC on hover. */
export function Time({ value, short = false }: { readonly value: string; readonly short?: boolean }) {
  const time = localTime(value);
  if (time === null) return <span className="time">{value || '–'}</span>;
  return (
    <time className="time" dateTime={value} title={`${value} (UTC)`}>
      {time.day !== '' && <span className="time-day">{time.day} </span>}
      {time.clock}
      {!short && <span className="time-fraction">{time.fraction}</span>}
    </time>
  );
}

/** How long ago a time was; the time itself on hover. */
export function Ago({ value }: { readonly value: string }) {
  const now = useNow();
  const time = localTime(value);
  const local = time === null ? '' : `${time.day} ${time.clock}${time.fraction} local, `;
  return (
    <time className="ago" dateTime={value} title={`${local}${value} (UTC)`}>
      {ago(value, now)}
    </time>
  );
}
