import { lazy, Suspense, type ReactNode } from 'react';
import { usePlace } from './router.js';
import { Shell } from './shell/shell.js';
import { Boundary } from './ui/boundary.js';
import { Link } from './ui/links.js';
import { Empty, Loading } from './ui/states.js';
import { Overview } from './views/overview/overview.js';

/** Views beyond the first. They are loaded when they are asked for, or once the first one is idle: going there is then at once. */
const LOADERS = {
  patterns: () => import('./views/patterns/patterns.js'),
  pattern: () => import('./views/patterns/pattern-page.js'),
  trace: () => import('./views/trace/trace-page.js'),
  logs: () => import('./views/logs/logs.js'),
  tail: () => import('./views/tail/tail.js'),
  map: () => import('./views/map/service-map.js'),
};
const Patterns = lazy(async () => ({ default: (await LOADERS.patterns()).Patterns }));
const PatternPage = lazy(async () => ({ default: (await LOADERS.pattern()).PatternPage }));
const TracePage = lazy(async () => ({ default: (await LOADERS.trace()).TracePage }));
const Logs = lazy(async () => ({ default: (await LOADERS.logs()).Logs }));
const Tail = lazy(async () => ({ default: (await LOADERS.tail()).Tail }));
const ServiceMapPage = lazy(async () => ({ default: (await LOADERS.map()).ServiceMapPage }));

const IDLE_MS = 1_500;
setTimeout(() => {
  // What fails here fails again, and is told, where it is asked for.
  for (const load of Object.values(LOADERS)) load().catch(() => undefined);
}, IDLE_MS);

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
