import { lazy, Suspense, type ReactNode } from 'react';
import { usePlace } from './router.js';
import { Shell } from './shell/shell.js';
import { Boundary } from './ui/boundary.js';
import { Link } from './ui/links.js';
import { Empty, Loading } from './ui/states.js';
import { Overview } from './views/overview/overview.js';

/** Views beyond the first are loaded when they are asked for. */
const Patterns = lazy(async () => ({ default: (await import('./views/patterns/patterns.js')).Patterns }));
const PatternPage = lazy(async () => ({ default: (await import('./views/patterns/pattern-page.js')).PatternPage }));
const TracePage = lazy(async () => ({ default: (await import('./views/trace/trace-page.js')).TracePage }));
const Logs = lazy(async () => ({ default: (await import('./views/logs/logs.js')).Logs }));
const Tail = lazy(async () => ({ default: (await import('./views/tail/tail.js')).Tail }));
const ServiceMapPage = lazy(async () => ({ default: (await import('./views/map/service-map.js')).ServiceMapPage }));

export function App() {
  const { parts } = usePlace();
  return (
    <Shell>
      <Boundary key={parts.join('/')}>
        <Suspense fallback={<Loading rows={6} />}>{viewOf(parts)}</Suspense>
      </Boundary>
    </Shell>
  );
}

/** The views by their paths; apps/query-service/src/web/ui-paths.ts serves the page at the same ones. */
function viewOf([first = '', second, ...more]: readonly string[]): ReactNode {
  if (more.length === 0 && first === 'traces' && second !== undefined) return <TracePage key={second} traceId={second} />;
  if (more.length === 0 && first === 'patterns' && second !== undefined) return <PatternPage key={second} id={second} />;
  if (second === undefined && first === '') return <Overview />;
  if (second === undefined && first === 'patterns') return <Patterns />;
  if (second === undefined && first === 'logs') return <Logs />;
  if (second === undefined && first === 'tail') return <Tail />;
  if (second === undefined && first === 'map') return <ServiceMapPage />;
  return (
    <Empty title="There is no such page">
      <Link to="/">Go to the overview</Link>
    </Empty>
  );
}
