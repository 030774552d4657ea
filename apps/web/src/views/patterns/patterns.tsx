import { useInfiniteQuery } from '@tanstack/react-query';
import { patternsQuery } from '../../api/queries.js';
import { go, usePlace, urlWith } from '../../router.js';
import { Link } from '../../ui/links.js';
import { Empty, Failed, Loading } from '../../ui/states.js';
import { PatternList } from './pattern-list.js';

const STATES = ['open', 'resolved', 'ignored', 'all'] as const;
const ORDERS = [
  ['last_seen', 'Latest first'],
  ['count', 'Most traces first'],
  ['new', 'Newest first'],
] as const;
const PAGE = 50;

/** Failed traces, grouped by their cause. */
export function Patterns() {
  const { parameters } = usePlace();
  const state = STATES.find((one) => one === parameters.get('state')) ?? 'open';
  const order = ORDERS.find(([one]) => one === parameters.get('order'))?.[0] ?? 'last_seen';
  const service = parameters.get('service') ?? '';
  const query = useInfiniteQuery(patternsQuery({ state: state === 'all' ? '' : state, order, service, limit: PAGE }, true));
  const patterns = query.data?.pages.flatMap((page) => page.patterns);
  return (
    <div className="view">
      <div className="view-head">
        <h1 className="view-title">Failure patterns</h1>
        <div className="segments" role="group" aria-label="State">
          {STATES.map((one) => (
            <Link
              key={one}
              replace
              className="segment"
              to={urlWith({ state: one === 'open' ? null : one })}
              aria-current={one === state}
            >
              {one}
            </Link>
          ))}
        </div>
        <select
          className="select"
          aria-label="Order"
          value={order}
          onChange={({ target }) => go(urlWith({ order: target.value === 'last_seen' ? null : target.value }), { replace: true })}
        >
          {ORDERS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        {service !== '' && (
          <Link className="chip" to={urlWith({ service: null })} aria-label={`Service ${service}: take the filter away`}>
            service {service} <span aria-hidden="true">×</span>
          </Link>
        )}
      </div>
      <section className="panel" aria-label={`${state} patterns`}>
        {query.isPending && <Loading rows={8} />}
        {query.isError && patterns === undefined && <Failed error={query.error} onRetry={() => void query.refetch()} />}
        {patterns?.length === 0 && (
          <Empty title={state === 'all' ? 'No trace has failed yet' : `No ${state} patterns`}>
            {state === 'open'
              ? 'Traces that fail with the same cause are grouped here.'
              : state === 'resolved'
                ? 'A pattern that is resolved moves here, and is opened again when it comes back.'
                : 'What is known and accepted can be ignored: it moves here and stays.'}
          </Empty>
        )}
        {patterns !== undefined && <PatternList patterns={patterns} />}
        {query.hasNextPage && (
          <p className="panel-foot">
            <button
              type="button"
              className="button"
              disabled={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {query.isFetchingNextPage ? 'Loading' : 'More patterns'}
            </button>
          </p>
        )}
      </section>
    </div>
  );
}
