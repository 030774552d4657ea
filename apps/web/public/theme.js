/** Sets the chosen theme before the first paint; without a choice the system's preference holds. A file, since the policy allows no inline script. */
try {
  const theme = localStorage.getItem('rootspan.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be closed to us: the system's preference holds.
}
