/** Every view with data, without any, and with the server away; both themes, both widths, for everybody (issue 8). */
import type { AppProcess } from '../support/app-process.js';
import { keepScreenshot, NARROW, seriousFindings, sidewaysScroll, TestBrowser, WIDE, type Theme } from '../support/browser.js';
import { fillWithDemo } from '../support/demo.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

/** What tells that a view shows what it has to show. */
const VIEWS: Readonly<Record<string, { readonly path: string; readonly shows: string; readonly empty: string }>> = {
  overview: { path: '/', shows: '.pattern-link', empty: 'Nothing is failing' },
  patterns: { path: '/patterns', shows: '.pattern-link', empty: 'No open patterns' },
  pattern: { path: '/patterns/PATTERN', shows: '.bars', empty: 'There is no such pattern' },
  trace: { path: '/traces/TRACE', shows: '.box-cause', empty: 'No record of this trace is stored' },
  logs: { path: '/logs', shows: '.log', empty: 'Nothing matches' },
  tail: { path: '/tail?from=-1h', shows: '.log', empty: 'Waiting for records' },
  map: { path: '/map', shows: '.box', empty: 'No service sent anything' },
};
const LOOKS: readonly (readonly [string, typeof WIDE, Theme])[] = [
  ['1440-light', WIDE, 'light'],
  ['1440-dark', WIDE, 'dark'],
  ['390-light', NARROW, 'light'],
  ['390-dark', NARROW, 'dark'],
];

describe('every view', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let browser: TestBrowser;
  let pattern = '';
  let trace = '';

  beforeAll(async () => {
    app = await bed.allInOne();
    await fillWithDemo(app.grpc, { minutes: 60, rate: 2, seed: 3 });
    browser = await TestBrowser.start(bed, app.http);
    const answer = await fetch(`http://${app.http}/api/v1/patterns?service=inventory`);
    const { patterns } = (await answer.json()) as { patterns: { id: string; sampleTraceIds: string[] }[] };
    [pattern, trace] = [patterns[0]?.id ?? '', patterns[0]?.sampleTraceIds[0] ?? ''];
  });

  const pathOf = (path: string): string => path.replace('PATTERN', pattern).replace('TRACE', trace);

  describe.each(Object.entries(VIEWS))('%s', (name, { path, shows }) => {
    it.each(LOOKS)('opens by its link, fits and is accessible: %s', async (look, viewport, theme) => {
      const { page, complaints } = await browser.open(pathOf(path), { viewport, theme });
      await page.locator(shows).first().waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      await keepScreenshot(page, `${name}-${look}`);
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  it('says what to do where nothing is stored', async () => {
    const other = await bed.allInOne();
    const empty = await TestBrowser.start(bed, other.http);
    for (const [name, view] of Object.entries(VIEWS)) {
      const { page } = await empty.open(view.path);
      await page.getByText(view.empty).first().waitFor();
      await keepScreenshot(page, `${name}-empty`);
      expect({ name, sideways: await sidewaysScroll(page), findings: await seriousFindings(page) }).toEqual({
        name,
        sideways: 0,
        findings: [],
      });
    }
  });

  it('says that the server is away, and goes on when it is back', async () => {
    const stopped = await bed.allInOne();
    await fillWithDemo(stopped.grpc, { minutes: 5, rate: 1, seed: 3 });
    const away = await TestBrowser.start(bed, stopped.http);
    const { page } = await away.open('/');
    await page.locator('.bars').first().waitFor();
    // The other views' programs are loaded while the first one is idle.
    const loaded = `performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/service-map'))`;
    await waitUntil(() => page.evaluate<boolean>(loaded), 'the programs of all views are loaded');
    await page.waitForLoadState('networkidle');
    const { http, grpc, environment } = stopped;
    await stopped.stop();
    await page.getByText('Rootspan is not reachable. What is shown may be old').waitFor();
    for (const [link, heading] of [
      ['Patterns', 'Failure patterns'],
      ['Logs', 'Logs'],
    ] as const) {
      await page.getByRole('navigation').getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor({ state: 'attached' });
      await page.locator('.failed-title', { hasText: 'Rootspan is not reachable' }).first().waitFor();
      await keepScreenshot(page, `${link.toLowerCase()}-away`);
      expect({ link, findings: await seriousFindings(page) }).toEqual({ link, findings: [] });
    }
    const port = (address: string): string => address.slice(address.lastIndexOf(':') + 1);
    await bed.start('all-in-one', { ...environment, HTTP_PORT: port(http), GRPC_PORT: port(grpc) });
    await page.locator('.away').waitFor({ state: 'detached' });
    // Without a click, and without loading the page again.
    await page.locator('.log').first().waitFor();
  });
});
