import { useEffect, type ReactNode } from 'react';
import { go, usePlace } from '../router.js';
import { Link } from '../ui/links.js';
import { Away } from './away.js';
import { Find } from './find.js';
import { Keys, useKeys } from './keys.js';
import { ThemeSwitch } from './theme-switch.js';

interface Entry {
  readonly path: string;
  readonly label: string;
  /** Pressed after `g`. */
  readonly key: string;
  readonly icon: string;
}

const ENTRIES: readonly Entry[] = [
  { path: '/', label: 'Overview', key: 'o', icon: 'M2 13h3V8H2Zm5 0h3V3H7Zm5 0h3V6h-3Z' },
  { path: '/patterns', label: 'Patterns', key: 'p', icon: 'M2 3h5v5H2Zm7 0h6v2H9Zm0 3h6v2H9ZM2 10h5v5H2Zm7 0h6v2H9Zm0 3h6v2H9Z' },
  { path: '/logs', label: 'Logs', key: 'l', icon: 'M2 3h13v2H2Zm0 4h9v2H2Zm0 4h13v2H2Z' },
  {
    path: '/tail',
    label: 'Live',
    key: 't',
    icon: 'M8.5 5.5a3 3 0 1 0 .01 0ZM3.8 3.2 2.5 2a8 8 0 0 0 0 13l1.3-1.2a6 6 0 0 1 0-10.6Zm9.4 0L14.5 2a8 8 0 0 1 0 13l-1.3-1.2a6 6 0 0 0 0-10.6Z',
  },
  {
    path: '/map',
    label: 'Map',
    key: 'm',
    icon: 'M3.5 2a2.5 2.5 0 1 0 .01 0ZM13 7.5a2.5 2.5 0 1 0 .01 0ZM4.5 11a2.5 2.5 0 1 0 .01 0ZM5.5 5l5 3.3.600-1-5-3.3ZM6.5 12.6l4.6-1.6-.4-1-4.6 1.6Z',
  },
];

/** What surrounds every view: where one is, where one can go, and a field that finds. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { parts } = usePlace();
  const here = `/${parts[0] === 'traces' ? '' : (parts[0] ?? '')}`;
  const keys = useKeys((key) => {
    const entry = ENTRIES.find((one) => one.key === key);
    if (entry !== undefined) go(entry.path);
  });
  useTitle(parts);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <Link to="/" className="brand" aria-label="Rootspan, to the overview">
          <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
            <path className="brand-line" d="M7 6v5a3 3 0 0 0 3 3h4" />
            <circle className="brand-root" cx="7" cy="6" r="2.5" />
            <circle className="brand-cause" cx="16.5" cy="14" r="3.5" />
          </svg>
          <span className="brand-name">Rootspan</span>
        </Link>
        <nav className="nav" aria-label="Views">
          {ENTRIES.map(({ path, label, icon }) => (
            <Link
              key={path}
              to={path}
              className="nav-link"
              aria-current={path === here && parts[0] !== 'traces' ? 'page' : undefined}
            >
              <svg width="17" height="17" viewBox="0 0 17 17" aria-hidden="true">
                <path d={icon} />
              </svg>
              <span>{label}</span>
            </Link>
          ))}
        </nav>
        <Find />
        <div className="top-tools">
          <button type="button" className="icon-button" onClick={keys.show} title="Keyboard (?)" aria-label="Keyboard shortcuts">
            <svg width="17" height="17" viewBox="0 0 17 17" aria-hidden="true">
              <path
                d="M1 4h15v10H1Zm1.5 1.5v7h12v-7ZM4 7h1.5v1.5H4Zm3 0h1.5v1.5H7Zm3 0h1.5v1.5H10ZM5 10h7v1.3H5Z"
                fillRule="evenodd"
              />
            </svg>
          </button>
          <ThemeSwitch />
        </div>
      </header>
      <Away />
      <main id="main" className="main" tabIndex={-1}>
        {children}
      </main>
      <Keys open={keys.open} onClose={keys.hide} entries={ENTRIES} />
    </div>
  );
}

/** The tab says where it is, so that ten of them can be told apart. */
function useTitle(parts: readonly string[]): void {
  useEffect(() => {
    const entry = ENTRIES.find(({ path }) => path === `/${parts[0] ?? ''}`);
    const name = parts[0] === 'traces' ? `Trace ${parts[1] ?? ''}` : (entry?.label ?? 'Rootspan');
    document.title = name === 'Rootspan' ? name : `${name} · Rootspan`;
  }, [parts]);
}
