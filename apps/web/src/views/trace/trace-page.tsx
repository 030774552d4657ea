import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Problem } from '../../api/problem.js';
import { traceLogsQuery, traceQuery, traceSpansQuery } from '../../api/queries.js';
import type { Log, RootCause, Span, Trace } from '../../api/types.js';
import { LogRows } from '../../records/log-rows.js';
import { go, usePlace, urlOf, urlWith } from '../../router.js';
import { duration, millisBetween } from '../../time/instants.js';
import { Fact } from '../../ui/fact.js';
import { Link } from '../../ui/links.js';
import { count, counted } from '../../ui/marks.js';
import { Empty, Failed, Loading, Partial } from '../../ui/states.js';
import { Time } from '../../ui/time.js';
import { CauseCard } from './cause-card.js';
import { DagGraph } from './dag-graph.js';
import { Share } from './share.js';
import { TimelineView } from './timeline-view.js';

/** Of a larger trace the first records are shown; the rest is asked for page by page. */
const LOADED_AT_ONCE = 10_000;
const NONE: readonly Span[] = [];

/** A trace: why it failed, how that spread, what was logged. */
export function TracePage({ traceId }: { readonly traceId: string }) {
  const trace = useQuery(traceQuery(traceId));
  if (trace.data !== undefined) return <Whole trace={trace.data} />;
  if (trace.isPending) return <Loading rows={10} label="Loading the trace" />;
  if (trace.error instanceof Problem && trace.error.status === 404) {
    return (
      <Empty title="No record of this trace is stored">
        <code className="id">{traceId}</code> may be misspelt, older than what is kept, or not here yet.{' '}
        <Link to={urlOf(['logs'], { q: `trace:${traceId.slice(0, 8)}*` })}>Look for ids that begin alike</Link>
      </Empty>
    );
  }
  return <Failed error={trace.error} onRetry={() => void trace.refetch()} />;
}

function Whole({ trace }: { readonly trace: Trace }) {
  const { traceId, dag } = trace;
  const { parameters } = usePlace();
  const spanId = parameters.get('span') ?? '';
  const marked = parameters.get('log') ?? '';
  const [opened, setOpened] = useState(marked);
  const logs = useTraceLogs(traceId);
  const spans = useQuery(traceSpansQuery(traceId));
  const byId = useMemo(() => new Map(logs.all.map((log) => [log.id, log])), [logs.all]);
  const shown = useMemo(() => (spanId === '' ? logs.all : logs.all.filter((log) => log.spanId === spanId)), [logs.all, spanId]);
  const choose = useCallback((span: string) => go(urlWith({ span, log: null }), { replace: true }), []);
  const openCause = (cause: RootCause): void => {
    setOpened(cause.logId);
    go(urlWith({ span: cause.spanId, log: cause.logId }), { replace: true });
  };
  const length = millisBetween(trace.firstTime, trace.lastTime);
  return (
    <div className="view view-trace">
      <div className="view-head">
        <h1 className="view-title">
          Trace <span className="id">{traceId}</span>
        </h1>
        <Share trace={trace} logs={byId} />
      </div>
      <dl className="facts">
        <Fact name="Began">
          <Time value={trace.firstTime} />
        </Fact>
        <Fact name="Took">{duration(length)}</Fact>
        <Fact name="Spans">{count(trace.spanCount)}</Fact>
        <Fact name="Services">{count(trace.services.length)}</Fact>
        <Fact name="Records">{count(trace.logCount)}</Fact>
        {dag !== null && <Fact name="Errors">{count(dag.errorCount)}</Fact>}
        {dag !== null && dag.patternId !== '' && (
          <Fact name="Seen before?">
            <Link to={urlOf(['patterns', dag.patternId])}>Its pattern</Link>
          </Fact>
        )}
      </dl>
      {dag !== null && <CauseCard dag={dag} logs={byId} onOpen={openCause} />}
      <NoDag state={trace.dagState} />
      <div className="trace-columns">
        <div className="trace-left">
          {dag !== null && (
            <section className="panel" aria-labelledby="graph">
              <div className="panel-head">
                <h2 id="graph">How it spread</h2>
                <span className="quiet">
                  {counted(dag.spanCount, 'span')}, {counted(dag.services.length, 'service')}
                </span>
              </div>
              <DagGraph dag={dag} spanId={spanId} onChoose={choose} />
            </section>
          )}
          {logs.isReady && (
            <TimelineView logs={logs.all} spans={spans.data ?? NONE} dag={dag} spanId={spanId} onChoose={choose} />
          )}
        </div>
        <section className="panel panel-logs" aria-labelledby="records">
          <div className="panel-head">
            <h2 id="records">{spanId === '' ? 'Records' : 'Records of one span'}</h2>
            <span className="quiet">
              {count(shown.length)}
              {spanId === '' ? '' : ` of ${count(logs.all.length)}`}
            </span>
            {spanId !== '' && (
              <Link className="chip" replace to={urlWith({ span: null, log: null })}>
                {spanId.slice(0, 18)} <span aria-hidden="true">×</span>
                <span className="visually-hidden">: show all spans</span>
              </Link>
            )}
          </div>
          {logs.error !== null && shown.length === 0 && <Failed error={logs.error} onRetry={logs.retry} />}
          {!logs.isReady && logs.error === null && <Loading rows={10} />}
          {logs.isReady && shown.length === 0 && (
            <Empty title="This span logged nothing">It is known by the spans that name it.</Empty>
          )}
          {shown.length > 0 && (
            <LogRows
              logs={shown}
              label="Records of the trace, oldest first"
              marked={marked}
              opened={opened}
              onOpen={setOpened}
              inTrace
            />
          )}
          {logs.hasMore && (
            <Partial>
              The first {count(logs.all.length)} of {count(trace.logCount)} records are shown.{' '}
              <button type="button" className="button-text" onClick={logs.more}>
                Load more
              </button>
            </Partial>
          )}
        </section>
      </div>
    </div>
  );
}

function NoDag({ state }: { readonly state: Trace['dagState'] }) {
  if (state === 'built') return null;
  const text =
    state === 'pending'
      ? 'This trace has an error. Its cause is being worked out and will appear here.'
      : 'No record of this trace is an error: there is no cause to look for.';
  return (
    <p className={state === 'pending' ? 'note note-pending' : 'note'} role="status">
      {text}
    </p>
  );
}

interface TraceLogs {
  readonly all: readonly Log[];
  readonly isReady: boolean;
  readonly hasMore: boolean;
  readonly error: Error | null;
  readonly more: () => void;
  readonly retry: () => void;
}

/** All records of a trace up to LOADED_AT_ONCE, page by page; more on request. */
function useTraceLogs(traceId: string): TraceLogs {
  const query = useInfiniteQuery(traceLogsQuery(traceId));
  const all = useMemo(() => query.data?.pages.flatMap(({ logs }) => logs) ?? [], [query.data]);
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  const goOn = hasNextPage && !isFetching && !isError && all.length < LOADED_AT_ONCE;
  useEffect(() => {
    if (goOn) void fetchNextPage();
  }, [goOn, fetchNextPage]);
  return {
    all,
    isReady: query.data !== undefined,
    hasMore: hasNextPage && all.length >= LOADED_AT_ONCE,
    error: query.error,
    more: () => void fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
