import { go, urlWith } from '../router.js';
import { RANGES, followsNow, rangeText, USUAL_FROM, type Range } from '../time/range.js';

/** Chooses what range of time a view shows; a range that was brushed in a chart can be left again. */
export function RangePicker({ range }: { readonly range: Range }) {
  const known = followsNow(range) && RANGES.some(({ from }) => from === range.from);
  return (
    <label className="range">
      <span className="visually-hidden">Range of time</span>
      <select
        className="select"
        value={known ? range.from : 'own'}
        onChange={({ target }) => go(urlWith({ from: target.value === USUAL_FROM ? null : target.value, to: null }))}
      >
        {!known && <option value="own">{rangeText(range)}</option>}
        {RANGES.map(({ from, label }) => (
          <option key={from} value={from}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
