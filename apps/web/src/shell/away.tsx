import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Problem } from '../api/problem.js';
import { statusQuery } from '../api/queries.js';

/** Says that the server is away while views show what came before; asks on. Once it is back, every view asks anew. */
export function Away() {
  const { error } = useQuery(statusQuery(true));
  const queries = useQueryClient();
  const isAway = error instanceof Problem && error.isAway;
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isAway) void queries.invalidateQueries();
    wasAway.current = isAway;
  }, [isAway, queries]);
  if (!isAway) return null;
  const what = error.status === 0 ? 'Rootspan is not reachable' : 'Rootspan can not reach its database';
  return (
    <p className="away" role="status">
      <span className="away-dot" aria-hidden="true" />
      {what}. What is shown may be old; trying again.
    </p>
  );
}
