import { useQueries } from '@tanstack/react-query';
import { patternQuery } from '../../api/queries.js';
import type { Pattern } from '../../api/types.js';
import { urlOf } from '../../router.js';
import { Link } from '../../ui/links.js';
import { count, Service } from '../../ui/marks.js';
import { hourly, Sparkline } from '../../ui/sparkline.js';
import { Ago } from '../../ui/time.js';
import { useNow } from '../../ui/use-now.js';
import { Badges } from './badges.js';

const HOURS = 24;
const HOUR_MS = 3_600_000;
/** Timelines are asked for one by one; beyond these rows nobody compares them at a glance. */
const TIMELINES = 24;

/** Patterns, one a row: what fails, where it starts and how it spreads, how often. */
export function PatternList({ patterns }: { readonly patterns: readonly Pattern[] }) {
  const now = useNow();
  const from = new Date((Math.floor(now / HOUR_MS) - HOURS) * HOUR_MS).toISOString();
  const details = useQueries({ queries: patterns.slice(0, TIMELINES).map(({ id }) => patternQuery(id, from, 1)) });
  return (
    <ul className="patterns">
      {patterns.map((pattern, i) => {
        const timeline = details[i]?.data?.timeline;
        const trace = pattern.sampleTraceIds[0];
        return (
          <li key={pattern.id} className="pattern">
            <div className="pattern-what">
              <Link className="pattern-link" to={urlOf(['patterns', pattern.id])}>
                {pattern.title || pattern.template || 'A failure without a message'}
              </Link>
              <p className="pattern-where">
                <Badges pattern={pattern} now={now} />
                <Chain services={pattern.services.length > 0 ? pattern.services : [pattern.service]} />
              </p>
            </div>
            <div className="pattern-spark">
              {timeline !== undefined && (
                <Sparkline counts={hourly(timeline, HOURS, now).counts} label={`Failed traces by hour, last ${HOURS} hours`} />
              )}
            </div>
            <div className="pattern-count">
              <span className="number">{count(pattern.traceCount)}</span>
              <span className="quiet">{pattern.traceCount === 1 ? 'trace' : 'traces'}</span>
            </div>
            <div className="pattern-last">
              <Ago value={pattern.lastSeen} />
              {trace !== undefined && (
                <Link to={urlOf(['traces', trace])} className="pattern-trace">
                  latest trace
                </Link>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** The way of a failure: from the service where it began to those that it reached. */
export function Chain({ services }: { readonly services: readonly string[] }) {
  return (
    <span className="chain">
      {services.map((service, i) => (
        <span key={`${i} ${service}`} className="chain-step">
          {i > 0 && (
            <span className="chain-arrow" aria-label="then">
              →
            </span>
          )}
          <Service name={service} />
        </span>
      ))}
    </span>
  );
}
