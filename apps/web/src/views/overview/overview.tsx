import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { histogramQuery, patternsQuery } from '../../api/queries.js';
import { go, usePlace, urlOf, urlWith } from '../../router.js';
import { followsNow, rangeText, useRange } from '../../time/range.js';
import { Link } from '../../ui/links.js';
import { counted } from '../../ui/marks.js';
import { RangePicker } from '../../ui/range-picker.js';
import { Empty, Failed, Loading } from '../../ui/states.js';
import { LevelChart } from '../../ui/level-chart.js';
import { PatternList } from '../patterns/pattern-list.js';
import { IngestHealth } from './ingest-health.js';
import { ServiceShares } from './service-shares.js';

const SHOWN = 12;
const ORDERS = [
  { order: 'last_seen', label: 'Latest' },
  { order: 'count', label: 'Most traces' },
  { order: 'new', label: 'Newest' },
] as const;

/** What is failing now, and is everything arriving. */
export function Overview() {
  const range = useRange();
  const refresh = followsNow(range);
  const { parameters } = usePlace();
  const order = ORDERS.find((one) => one.order === parameters.get('order'))?.order ?? 'last_seen';
  const patterns = useInfiniteQuery(patternsQuery({ state: 'open', order, limit: SHOWN }, true));
  const open = patterns.data?.pages[0];
  return (
    <div className="view">
      <div className="view-head">
        <h1 className="view-title">{headline(open?.patterns.length, open?.nextPageToken !== '')}</h1>
        <RangePicker range={range} />
      </div>
      <IngestHealth />
      <section className="panel" aria-labelledby="volume">
        <div className="panel-head">
          <h2 id="volume">Volume by level</h2>
          <span className="quiet">{rangeText(range)}</span>
        </div>
        <Volume refresh={refresh} />
      </section>
      <div className="columns">
        <section className="panel panel-wide" aria-labelledby="failing">
          <div className="panel-head">
            <h2 id="failing">Open failure patterns</h2>
            <div className="segments" role="group" aria-label="Order">
              {ORDERS.map((one) => (
                <Link
                  key={one.order}
                  to={urlWith({ order: one.order })}
                  replace
                  className="segment"
                  aria-current={one.order === order}
                >
                  {one.label}
                </Link>
              ))}
            </div>
          </div>
          {patterns.isPending && <Loading rows={6} />}
          {patterns.isError && open === undefined && <Failed error={patterns.error} onRetry={() => void patterns.refetch()} />}
          {open !== undefined && open.patterns.length === 0 && (
            <Empty title="Nothing is failing">
              Traces that fail with the same cause are grouped here as they come in. To see it at work, run{' '}
              <code>npm run demo</code> beside <code>npm start</code>.
            </Empty>
          )}
          {open !== undefined && <PatternList patterns={open.patterns} />}
          {open !== undefined && open.nextPageToken !== '' && (
            <p className="panel-foot">
              <Link to={urlOf(['patterns'], { order: order === 'last_seen' ? null : order })}>All open patterns</Link>
            </p>
          )}
        </section>
        <ServiceShares range={range} refresh={refresh} />
      </div>
    </div>
  );
}

function headline(open: number | undefined, more: boolean): string {
  if (open === undefined) return 'Overview';
  if (open === 0) return 'Nothing is failing';
  return `${more ? `More than ${open} failure patterns` : counted(open, 'failure pattern')} ${open === 1 ? 'is' : 'are'} open`;
}

function Volume({ refresh }: { readonly refresh: boolean }) {
  const range = useRange();
  const histogram = useQuery(histogramQuery({ q: '', ...range }, refresh));
  if (histogram.data === undefined) {
    return histogram.isError ? <Failed error={histogram.error} onRetry={() => void histogram.refetch()} /> : <Loading rows={3} />;
  }
  return (
    <LevelChart
      histogram={histogram.data}
      onBrush={(from, to) => go(urlOf(['logs'], { from: new Date(from).toISOString(), to: new Date(to).toISOString() }))}
    />
  );
}
