import { useQuery } from '@tanstack/react-query';
import { Problem } from '../api/problem.js';
import { statusQuery } from '../api/queries.js';

/** Says that the server is away while views show what came before; asks on, and goes by itself. */
export function Away() {
  const { error } = useQuery(statusQuery(true));
  if (!(error instanceof Problem) || !error.isAway) return null;
  const what = error.status === 0 ? 'Rootspan is not reachable' : 'Rootspan can not reach its database';
  return (
    <p className="away" role="status">
      <span className="away-dot" aria-hidden="true" />
      {what}. What is shown may be old; trying again.
    </p>
  );
}
