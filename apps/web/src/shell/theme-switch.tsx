import { useState } from 'react';

type Theme = 'system' | 'light' | 'dark';

/** Read again before the first paint by public/theme.js. */
const STORED = 'rootspan.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const ICONS: Readonly<Record<Theme, string>> = {
  system: 'M1 3h15v9H1Zm1.5 1.5v6h12v-6ZM5 13.5h7V15H5Z',
  light:
    'M8.5 5a3.5 3.5 0 1 0 .01 0ZM8 0h1v3H8Zm0 14h1v3H8ZM0 8h3v1H0Zm14 0h3v1h-3ZM2.1 2.8l.7-.7 2.1 2.1-.7.7Zm10 10 .7-.7 2.1 2.1-.7.7Zm2.1-10.7.7.7-2.1 2.1-.7-.7Zm-10 10 .7.7-2.1 2.1-.7-.7Z',
  dark: 'M7 1.5a7 7 0 1 0 8.5 9.5A6 6 0 0 1 7 1.5Z',
};

function present(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** As the system says, always light, always dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(present);
  const change = (): void => {
    const next = NEXT[theme];
    setTheme(next);
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
    try {
      localStorage.setItem(STORED, next);
    } catch {
      // Storage may be closed to us: the choice holds as long as the page.
    }
  };
  const label = `Theme: ${theme}. Change to ${NEXT[theme]}`;
  return (
    <button type="button" className="icon-button" onClick={change} title={label} aria-label={label}>
      <svg width="17" height="17" viewBox="0 0 17 17" aria-hidden="true">
        <path d={ICONS[theme]} fillRule="evenodd" />
      </svg>
    </button>
  );
}
