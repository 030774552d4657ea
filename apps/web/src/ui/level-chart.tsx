import type { Histogram, Level } from '../api/types.js';
import { millisOf } from '../time/instants.js';
import { Bars } from './bars.js';
import { count, LevelMark } from './marks.js';
import { Empty, Partial } from './states.js';

const LEVELS: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

interface LevelChartProps {
  readonly histogram: Histogram;
  readonly onBrush?: (from: number, to: number) => void;
}

/** Records over time by level, the worst on top, with a legend that says how many each is. */
export function LevelChart({ histogram, onBrush }: LevelChartProps) {
  const { series, stepMs, from, partial, countedFrom } = histogram;
  const byKey = new Map(series.map(({ key, counts }) => [key, counts]));
  const shown = LEVELS.flatMap((name) => {
    const counts = byKey.get(name);
    return counts === undefined ? [] : [{ name, counts, total: counts.reduce((sum, one) => sum + one, 0) }];
  });
  if (shown.length === 0) return <Empty title="No records in this range">Choose a longer one above.</Empty>;
  // Only what has counts comes back; the axis still spans the whole range.
  const buckets = Math.max(...shown.map(({ counts }) => counts.length));
  const start = Math.floor(millisOf(from) / Math.max(1, stepMs)) * Math.max(1, stepMs);
  const all = shown.reduce((sum, { total }) => sum + total, 0);
  const label = `${count(all)} records in ${buckets} steps: ${shown.map(({ name, total }) => `${name} ${count(total)}`).join(', ')}`;
  return (
    <div className="level-chart">
      <Bars series={shown} start={start} stepMs={stepMs} label={label} onBrush={onBrush} />
      <ul className="legend">
        {shown.toReversed().map(({ name, total }) => (
          <li key={name}>
            <LevelMark level={name} /> <span className="number">{count(total)}</span>
          </li>
        ))}
      </ul>
      {partial && <Partial>Counted from {countedFrom} on; earlier counts are lower bounds.</Partial>}
    </div>
  );
}
