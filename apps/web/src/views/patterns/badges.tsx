import type { Pattern } from '../../api/types.js';
import { millisOf } from '../../time/instants.js';

const NEW_MS = 24 * 3_600_000;

/** What sets a pattern apart: new, back again, resolved, ignored. */
export function Badges({ pattern, now }: { readonly pattern: Pattern; readonly now: number }) {
  const { state, regressedAt, regressions, firstSeen } = pattern;
  if (state !== 'open') return <span className={`badge badge-${state}`}>{state}</span>;
  if (regressedAt !== '') {
    const times = regressions > 1 ? ` ×${regressions}` : '';
    return (
      <span className="badge badge-regression" title="It was resolved, and came back">
        regression{times}
      </span>
    );
  }
  if (now - millisOf(firstSeen) > NEW_MS) return null;
  return (
    <span className="badge badge-new" title="First seen within a day">
      new
    </span>
  );
}
