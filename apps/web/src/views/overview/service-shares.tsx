import { useQuery } from '@tanstack/react-query';
import { serviceMapQuery } from '../../api/queries.js';
import { urlOf } from '../../router.js';
import type { Range } from '../../time/range.js';
import { Link } from '../../ui/links.js';
import { count, Service } from '../../ui/marks.js';
import { Empty, Failed, Loading } from '../../ui/states.js';

/** Services with the share of their spans that failed, the worst first. */
export function ServiceShares({ range, refresh }: { readonly range: Range; readonly refresh: boolean }) {
  const map = useQuery(serviceMapQuery(range.from, range.to, refresh));
  const services = (map.data?.services ?? []).toSorted(
    (a, b) => b.failures / Math.max(1, b.spans) - a.failures / Math.max(1, a.spans) || b.spans - a.spans,
  );
  return (
    <section className="panel" aria-labelledby="services">
      <div className="panel-head">
        <h2 id="services">Services</h2>
        <Link to={urlOf(['map'], { from: range.from === '-1h' ? null : range.from, to: range.to })}>Map</Link>
      </div>
      {map.isPending && <Loading rows={6} />}
      {map.isError && map.data === undefined && <Failed error={map.error} onRetry={() => void map.refetch()} />}
      {map.data !== undefined && services.length === 0 && <Empty title="No service has sent anything in this range" />}
      <ul className="shares">
        {services.map(({ service, spans, failures }) => {
          const share = failures / Math.max(1, spans);
          return (
            <li key={service} className="share">
              <Link
                className="share-link"
                to={urlOf(['logs'], { q: `service:${quoted(service)} level>=error`, from: range.from })}
              >
                <Service name={service} />
                <span className="share-text">
                  <span className={failures > 0 ? 'share-percent share-bad' : 'share-percent'}>{percentage(share)}</span>
                  <span className="quiet"> of {count(spans)}</span>
                </span>
              </Link>
              <span className="share-bar" aria-hidden="true">
                <span className="share-fill" style={{ inlineSize: `${share * 100}%` }} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A value as the query language takes it whatever it holds. */
function quoted(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function percentage(share: number): string {
  if (share === 0) return '0 %';
  return share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(1)} %`;
}
