/** A small chart of counts without axes: the shape of the last day. */
export function Sparkline({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const top = Math.max(1, ...counts);
  return (
    <svg className="spark" viewBox={`0 0 ${counts.length * 4} 20`} preserveAspectRatio="none" role="img" aria-label={label}>
      {counts.map((value, i) => {
        const height = value === 0 ? 1 : Math.max(2, (value / top) * 20);
        return (
          <rect
            key={i}
            className={value === 0 ? 'spark-none' : 'spark-bar'}
            x={i * 4}
            width={3}
            y={20 - height}
            height={height}
          />
        );
      })}
    </svg>
  );
}

const HOUR_MS = 3_600_000;

/** Counts by hour without gaps, up to the hour that holds `now`. @param hours how many */
export function hourly(
  timeline: readonly { readonly start: string; readonly traceCount: number }[],
  hours: number,
  now: number,
): { readonly start: number; readonly counts: readonly number[] } {
  const last = Math.floor(now / HOUR_MS);
  const first = last - hours + 1;
  const counts = new Array<number>(hours).fill(0);
  for (const { start, traceCount } of timeline) {
    const at = Math.floor(Date.parse(start) / HOUR_MS) - first;
    if (at >= 0 && at < hours) counts[at] = (counts[at] ?? 0) + traceCount;
  }
  return { start: first * HOUR_MS, counts };
}
