import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { localTime } from '../time/instants.js';
import { count } from './marks.js';

/** A kind of what is counted; `name` is also the class of its bars. */
export interface BarSeries {
  readonly name: string;
  readonly counts: readonly number[];
}

interface BarsProps {
  readonly series: readonly BarSeries[];
  /** Where the first bucket begins, epoch milliseconds, and how wide each is. */
  readonly start: number;
  readonly stepMs: number;
  readonly label: string;
  /** Asked for a part of the range, epoch milliseconds; without it nothing can be brushed. */
  readonly onBrush?: (from: number, to: number) => void;
  readonly height?: number;
}

/**
 * Counts over time, stacked. Two hundred rectangles are all that it ever draws, so they are plain SVG: they take the theme's
 * colours, and need no library. A part of the range is chosen by dragging, or with the arrow keys, Shift and Enter.
 */
export function Bars({ series, start, stepMs, label, onBrush, height = 88 }: BarsProps) {
  const box = useRef<SVGSVGElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const buckets = Math.max(0, ...series.map(({ counts }) => counts.length));
  const totals = Array.from({ length: buckets }, (_, i) => series.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0));
  const top = Math.max(1, ...totals);

  const bucketAt = ({ clientX }: PointerEvent): number => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined || area.width === 0) return 0;
    return Math.min(buckets - 1, Math.max(0, Math.floor(((clientX - area.left) / area.width) * buckets)));
  };
  const brush = (one: number, other: number): void => {
    setAnchor(null);
    onBrush?.(start + Math.min(one, other) * stepMs, start + (Math.max(one, other) + 1) * stepMs);
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step !== 0) {
      const from = at ?? (step > 0 ? -1 : buckets);
      if (event.shiftKey) setAnchor((old) => old ?? at ?? 0);
      else setAnchor(null);
      setAt(Math.min(buckets - 1, Math.max(0, from + step)));
    } else if (event.key === 'Enter' && at !== null && onBrush !== undefined) brush(anchor ?? at, at);
    else if (event.key === 'Escape') setAnchor(null);
    else return;
    event.preventDefault();
  };
  const chosen = at !== null && anchor !== null ? [Math.min(at, anchor), Math.max(at, anchor)] : null;
  return (
    <figure className="bars">
      <svg
        ref={box}
        className={onBrush === undefined ? 'bars-area' : 'bars-area bars-brush'}
        viewBox={`0 0 ${Math.max(1, buckets)} 100`}
        height={height}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        tabIndex={onBrush === undefined ? undefined : 0}
        onKeyDown={onBrush === undefined ? undefined : press}
        onPointerDown={(event) => {
          if (onBrush === undefined || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setAnchor(bucketAt(event));
        }}
        onPointerMove={(event) => setAt(bucketAt(event))}
        onPointerLeave={() => anchor === null && setAt(null)}
        onPointerUp={(event) => anchor !== null && brush(anchor, bucketAt(event))}
        onPointerCancel={() => setAnchor(null)}
      >
        {chosen !== null && (
          <rect className="bars-chosen" x={chosen[0]} width={(chosen[1] ?? 0) - (chosen[0] ?? 0) + 1} y={0} height={100} />
        )}
        {at !== null && chosen === null && <rect className="bars-at" x={at} width={1} y={0} height={100} />}
        {totals.map((total, i) => total > 0 && <Stack key={i} at={i} series={series} top={top} />)}
      </svg>
      <figcaption className="bars-caption">
        <span>{axisText(start, stepMs * buckets)}</span>
        <span className="bars-reading" aria-live="polite">
          {at !== null && at < buckets && reading(series, at, start, stepMs)}
        </span>
        <span>{axisText(start + buckets * stepMs, stepMs * buckets)}</span>
      </figcaption>
    </figure>
  );
}

function Stack({ at, series, top }: { readonly at: number; readonly series: readonly BarSeries[]; readonly top: number }) {
  let below = 0;
  return series.map(({ name, counts }) => {
    const value = counts[at] ?? 0;
    if (value === 0) return null;
    // A single error among thousands of records must still be seen.
    const height = Math.max((value / top) * 100, 2.5);
    below += height;
    return <rect key={name} className={`bar bar-${name}`} x={at + 0.08} width={0.84} y={100 - below} height={height} />;
  });
}

function reading(series: readonly BarSeries[], at: number, start: number, stepMs: number): string {
  const parts = series.flatMap(({ name, counts }) => ((counts[at] ?? 0) > 0 ? [`${name} ${count(counts[at] ?? 0)}`] : []));
  const time = axisText(start + at * stepMs, stepMs * 100);
  return `${time}: ${parts.length === 0 ? 'nothing' : parts.reverse().join(', ')}`;
}

/** A time as the axis needs it: with the day where the range is long, with seconds where it is short. */
function axisText(ms: number, lengthMs: number): string {
  if (!Number.isFinite(ms)) return '';
  const time = localTime(new Date(ms).toISOString());
  if (time === null) return '';
  const clock = lengthMs > 3_600_000 ? time.clock.slice(0, 5) : time.clock;
  return time.day === '' || lengthMs < 3_600_000 ? clock : `${time.day} ${clock}`;
}
