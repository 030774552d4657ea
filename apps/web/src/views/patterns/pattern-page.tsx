import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { part, postJson } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { patternQuery } from '../../api/queries.js';
import type { PatternDetails, PatternState } from '../../api/types.js';
import { urlOf } from '../../router.js';
import { Bars } from '../../ui/bars.js';
import { CopyButton } from '../../ui/copy.js';
import { Fact } from '../../ui/fact.js';
import { Link } from '../../ui/links.js';
import { count, counted } from '../../ui/marks.js';
import { hourly } from '../../ui/sparkline.js';
import { Empty, Failed, Loading } from '../../ui/states.js';
import { Ago, Time } from '../../ui/time.js';
import { useNow } from '../../ui/use-now.js';
import { Badges } from './badges.js';
import { Chain } from './pattern-list.js';

const HOURS = 72;
const HOUR_MS = 3_600_000;
const TRACES = 100;

/** One pattern: what fails, where it starts and how it spreads, since when and how often, its traces. */
export function PatternPage({ id }: { readonly id: string }) {
  const now = useNow();
  const from = new Date((Math.floor(now / HOUR_MS) - HOURS) * HOUR_MS).toISOString();
  const query = useQuery(patternQuery(id, from, TRACES));
  if (query.data === undefined) {
    if (query.isPending) return <Loading rows={8} />;
    if (query.error instanceof Problem && query.error.status === 404) {
      return (
        <Empty title="There is no such pattern">
          It may be gone with its traces. <Link to="/patterns">All patterns</Link>
        </Empty>
      );
    }
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <Details details={query.data} now={now} />;
}

function Details({ details, now }: { readonly details: PatternDetails; readonly now: number }) {
  const { pattern, traces, timeline, nextPageToken } = details;
  const { start, counts } = hourly(timeline, HOURS, now);
  const recent = counts.reduce((sum, one) => sum + one, 0);
  return (
    <div className="view">
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/patterns">Patterns</Link>
      </nav>
      <div className="view-head">
        <h1 className="view-title view-title-long">{pattern.title || pattern.template}</h1>
        <StateButtons id={pattern.id} state={pattern.state} />
      </div>
      <p className="pattern-where">
        <Badges pattern={pattern} now={now} />
        <Chain services={pattern.services.length > 0 ? pattern.services : [pattern.service]} />
      </p>
      <dl className="facts">
        <Fact name="Traces">
          <span className="number">{count(pattern.traceCount)}</span>
        </Fact>
        <Fact name="First seen">
          <Ago value={pattern.firstSeen} />
        </Fact>
        <Fact name="Last seen">
          <Ago value={pattern.lastSeen} />
        </Fact>
        <Fact name="Began in">{pattern.service}</Fact>
        {pattern.resolvedAt !== '' && (
          <Fact name="Resolved">
            <Ago value={pattern.resolvedAt} />
          </Fact>
        )}
        {pattern.regressions > 0 && <Fact name="Came back">{counted(pattern.regressions, 'time')}</Fact>}
      </dl>
      <section className="panel" aria-labelledby="template">
        <div className="panel-head">
          <h2 id="template">Message</h2>
          <CopyButton small label="Copy" text={pattern.template} />
        </div>
        <pre className="message-block">{pattern.template}</pre>
      </section>
      <section className="panel" aria-labelledby="timeline">
        <div className="panel-head">
          <h2 id="timeline">Failed traces by hour</h2>
          <span className="quiet">last {HOURS} hours</span>
        </div>
        <Bars
          series={[{ name: 'error', counts }]}
          start={start}
          stepMs={HOUR_MS}
          label={`${counted(recent, 'failed trace')} in the last ${HOURS} hours`}
        />
      </section>
      <section className="panel" aria-labelledby="traces">
        <div className="panel-head">
          <h2 id="traces">Traces, newest first</h2>
        </div>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">First error</th>
              <th scope="col">Trace</th>
              <th scope="col" className="table-number">
                Errors
              </th>
              <th scope="col" className="table-number">
                Spans
              </th>
            </tr>
          </thead>
          <tbody>
            {traces.map((trace) => (
              <tr key={trace.traceId}>
                <td>
                  <Time value={trace.firstErrorTime} />
                </td>
                <td>
                  <Link to={urlOf(['traces', trace.traceId])} className="id">
                    {trace.traceId}
                  </Link>
                </td>
                <td className="table-number">{count(trace.errorCount)}</td>
                <td className="table-number">{count(trace.spanCount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {nextPageToken !== '' && <p className="panel-foot quiet">The newest {TRACES} are shown.</p>}
      </section>
    </div>
  );
}

const ACTIONS: Readonly<Record<PatternState, readonly { readonly to: PatternState; readonly label: string }[]>> = {
  open: [
    { to: 'resolved', label: 'Resolve' },
    { to: 'ignored', label: 'Ignore' },
  ],
  resolved: [{ to: 'open', label: 'Reopen' }],
  ignored: [{ to: 'open', label: 'Reopen' }],
};

/** What people think of the pattern. The answer decides what is shown, not the click. */
function StateButtons({ id, state }: { readonly id: string; readonly state: PatternState }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (to: PatternState) => postJson(`patterns/${part(id)}/state`, { state: to }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['pattern', id] });
      await queries.invalidateQueries({ queryKey: ['patterns'] });
    },
  });
  return (
    <div className="actions">
      {change.isError && (
        <span className="action-failed" role="alert">
          {change.error.message}
        </span>
      )}
      {ACTIONS[state].map(({ to, label }) => (
        <button
          key={to}
          type="button"
          className={to === 'resolved' ? 'button button-main' : 'button'}
          disabled={change.isPending}
          onClick={() => change.mutate(to)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
