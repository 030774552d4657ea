import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { apiUrl } from '../../api/client.js';
import { histogramQuery, logsQuery } from '../../api/queries.js';
import { LogRows } from '../../records/log-rows.js';
import { go, usePlace, urlOf, urlWith } from '../../router.js';
import { followsNow, useRange } from '../../time/range.js';
import { LevelChart } from '../../ui/level-chart.js';
import { Link } from '../../ui/links.js';
import { count } from '../../ui/marks.js';
import { RangePicker } from '../../ui/range-picker.js';
import { Empty, Failed, Loading, Partial } from '../../ui/states.js';
import { ColumnChoice } from './column-choice.js';
import { Facets } from './facets.js';
import { faultOf, QueryBox } from './query-box.js';

/** Records that a query finds. One that can't be read is asked of nobody: the field points at its fault. */
export function Logs() {
  const { parameters } = usePlace();
  const range = useRange();
  const q = parameters.get('q') ?? '';
  const search = useCallback((next: string) => go(urlWith({ q: next })), []);
  const queries = useQueryClient();
  // A query of its own bounds is not bounded twice.
  const bounded = boundsItself(q);
  const ask = (next: string): void => {
    if (next === q) void queries.invalidateQueries();
    else search(next);
  };
  return (
    <div className="view view-logs">
      <h1 className="visually-hidden">Logs</h1>
      <div className="logs-head">
        <QueryBox value={q} range={range} onSubmit={ask} />
        {!bounded && <RangePicker range={range} />}
      </div>
      {faultOf(q) === null ? (
        <Found q={q} bounded={bounded} onSearch={search} />
      ) : (
        <section className="panel" aria-label="Records">
          <Empty title="This query can not be read">The field above says where, and what to write instead.</Empty>
        </section>
      )}
    </div>
  );
}

function boundsItself(q: string): boolean {
  return /(^|\s)(from|to)[:=]/.test(q);
}

interface FoundProps {
  readonly q: string;
  readonly bounded: boolean;
  readonly onSearch: (query: string) => void;
}

/** What a query finds: counted over time, faceted, listed. */
function Found({ q, bounded, onSearch }: FoundProps) {
  const { parameters } = usePlace();
  const { from, to } = useRange();
  const order = parameters.get('order') === 'asc' ? 'asc' : 'desc';
  const chosen = parameters.get('columns') ?? '';
  const columns = useMemo(() => chosen.split(',').filter(Boolean), [chosen]);
  const [opened, setOpened] = useState('');
  const question = useMemo(() => (bounded ? { q, from: '', to: '' } : { q, from, to }), [bounded, q, from, to]);

  const query = useInfiniteQuery(logsQuery({ ...question, order }));
  const logs = useMemo(() => query.data?.pages.flatMap((page) => page.logs) ?? [], [query.data]);
  const first = query.data?.pages[0];
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  const narrow = useCallback((condition: string) => onSearch(`${q} ${condition}`.trim()), [q, onSearch]);
  return (
    <>
      <section className="panel logs-volume" aria-label="Records over time">
        <Volume question={question} refresh={false} />
      </section>
      <div className="logs-columns">
        <Facets question={question} onQuery={onSearch} />
        <section className="panel panel-logs" aria-label="Records">
          <div className="panel-head">
            <span className="logs-total" role="status">
              {first === undefined ? ' ' : totalText(first.total, first.totalIsExact, logs.length)}
            </span>
            <div className="actions">
              <Link className="button" replace to={urlWith({ order: order === 'asc' ? null : 'asc' })}>
                {order === 'asc' ? 'Oldest first' : 'Newest first'}
              </Link>
              <ColumnChoice logs={logs} columns={columns} />
              {followsNow({ from, to }) && (
                <Link className="button" to={urlOf(['tail'], { q })}>
                  Follow live
                </Link>
              )}
              <a className="button" href={apiUrl('logs/export', { ...question, order })} download="logs.ndjson">
                Export
              </a>
            </div>
          </div>
          {query.isPending && <Loading rows={12} />}
          {query.isError && logs.length === 0 && <Failed error={query.error} onRetry={() => void query.refetch()} />}
          {first !== undefined && logs.length === 0 && !hasNextPage && (
            <Empty title="Nothing matches">
              {bounded ? 'Widen the times of the query' : 'Choose a longer range'}, or take a condition away.{' '}
              {q !== '' && <Link to={urlWith({ q: null })}>Show everything</Link>}
            </Empty>
          )}
          {logs.length > 0 && (
            <LogRows
              logs={logs}
              label={order === 'asc' ? 'Records, oldest first' : 'Records, newest first'}
              columns={columns}
              opened={opened}
              onOpen={setOpened}
              onFilter={narrow}
              onEnd={more}
            />
          )}
          {query.isError && logs.length > 0 && <Failed error={query.error} onRetry={() => void fetchNextPage()} />}
          {query.data?.pages.at(-1)?.partial === true && (
            <Partial>
              The time for this search ran out before the page was full.{' '}
              <button type="button" className="button-text" onClick={() => void fetchNextPage()}>
                Go on searching
              </button>
            </Partial>
          )}
        </section>
      </div>
    </>
  );
}

function totalText(total: number, exact: boolean, loaded: number): string {
  if (total === 0 && loaded > 0) return `${count(loaded)} loaded`;
  return `${exact ? '' : 'more than '}${count(total)} record${total === 1 ? '' : 's'}`;
}

function Volume({
  question,
  refresh,
}: {
  readonly question: { q: string; from: string; to: string };
  readonly refresh: boolean;
}) {
  const histogram = useQuery(histogramQuery(question, refresh));
  if (histogram.data === undefined) {
    if (histogram.isPending) return <Loading rows={3} />;
    return <Failed error={histogram.error} onRetry={() => void histogram.refetch()} />;
  }
  return (
    <LevelChart
      histogram={histogram.data}
      onBrush={(from, to) => go(urlWith({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }))}
    />
  );
}
