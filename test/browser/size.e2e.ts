/** What the UI weighs, and that it holds large things (issue 8). Times are printed for people, and judged by nobody here. */
import type { AppProcess } from '../support/app-process.js';
import { TestBrowser } from '../support/browser.js';
import { fillWithDemo } from '../support/demo.js';
import { tellFrames } from '../support/frame-times.js';
import { useTestBed } from '../support/test-bed.js';

const FIRST_LOAD_BYTES = 200_000;
const SPANS = 2_000;

/** As long as it may take, however few frames there are. */
const SCROLL_MS = 20_000;

/** Scrolls an element up and down for a while. @returns the times of its frames in milliseconds, sorted */
const SCROLLED = (selector: string): string => `new Promise((resolve) => {
  const element = document.querySelector(${JSON.stringify(selector)});
  const frames = [];
  const start = performance.now();
  let last = start;
  const step = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    element.scrollTop = (Math.sin(frames.length / 20) + 1) / 2 * element.scrollHeight;
    if (frames.length < 120 && now < start + ${SCROLL_MS}) next();
    else resolve(frames.sort((a, b) => a - b));
  };
  // A browser without a screen may rest for a while: then a timer goes on.
  const next = () => {
    let isDue = true;
    const once = () => { if (isDue) { isDue = false; step(); } };
    requestAnimationFrame(once);
    setTimeout(once, 1000);
  };
  next();
})`;

describe('the size of things', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let browser: TestBrowser;
  let large = '';

  beforeAll(async () => {
    app = await bed.allInOne();
    large = await fillWithDemo(app.grpc, { minutes: 60, rate: 4, seed: 5, 'large-trace': SPANS });
    browser = await TestBrowser.start(bed, app.http);
  });

  it('loads the first view with less than 200 kB, compressed', async () => {
    const { page } = await browser.open('/');
    await page.locator('.bars').first().waitFor();
    const files = await page.evaluate<{ name: string; encodedBodySize: number }[]>(
      `performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css|svg)$/.test(name)).map(({ name, encodedBodySize }) => ({ name, encodedBodySize }))`,
    );
    const bytes = files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    process.stderr.write(`first load: ${files.length} files, ${bytes} bytes compressed\n`);
    expect(files.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });

  it('shows a trace of 2,000 spans: cause first, healthy branches in groups, rows on demand', async () => {
    const { page, complaints } = await browser.open(`/traces/${large}`);
    await page.locator('.box-cause').waitFor();
    expect(await page.locator('.cause').innerText()).toContain('permission denied');
    expect(await page.locator('.box-group').count()).toBeGreaterThan(0);
    expect(await page.locator('.box').count()).toBeLessThan(250);
    expect(await page.locator('.lane').count()).toBeLessThan(100);
    tellFrames(`scrolling the timeline of ${SPANS} spans`, await page.evaluate(SCROLLED('.lanes')));
    tellFrames(`scrolling the records of ${SPANS} spans`, await page.evaluate(SCROLLED('.log-rows')));
    await page.getByRole('button', { name: 'Show more spans' }).click();
    await page.locator('.box').nth(180).waitFor();
    expect(complaints).toEqual([]);
  });

  it('loads page after page while it is scrolled, and keeps few rows in the page', async () => {
    const { page } = await browser.open('/logs');
    await page.locator('.log').first().waitFor();
    const loaded = () => page.locator('.log-rows').getAttribute('aria-rowcount').then(Number);
    const first = await loaded();
    for (let screens = 0; (await loaded()) < first * 4 && screens < 200; screens++) {
      await page.evaluate('document.querySelector(".log-rows").scrollTop += 3000');
      await page.waitForTimeout(50);
    }
    expect(await loaded()).toBeGreaterThanOrEqual(first * 4);
    expect(await page.locator('.log').count()).toBeLessThan(120);
    tellFrames('scrolling the log table', await page.evaluate(SCROLLED('.log-rows')));
  });
});
