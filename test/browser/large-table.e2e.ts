/** The table of the logs view with 100,000 rows (issue 8, view 4). Times are printed for people, and judged by nobody here. */
import type { Page } from 'playwright-core';
import type { AppProcess } from '../support/app-process.js';
import { TestBrowser, type OpenPage } from '../support/browser.js';
import { heapBytes, noteFrames } from '../support/frame-times.js';
import { LogLevel, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const RECORDS = 100_000;
const BATCH = 1_000;
const ROWS_IN_PAGE = 120;
/** Of heap; 100,000 records cost about 40 MB. */
const HEAP_BYTES = 100_000_000;
/** Of heap, beyond what is loaded: what scrolling through it all may leave behind. */
const SCROLL_BYTES = 30_000_000;

describe('the table of 100,000 records', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let open: OpenPage;
  let page: Page;
  let atFirst = 0;

  beforeAll(async () => {
    app = await bed.allInOne();
    const client = bed.client(app.grpc);
    const begin = Date.now() - 1_800_000;
    for (let done = 0; done < RECORDS; done += BATCH) {
      const logs = Array.from({ length: BATCH }, (_, i) => recordOf(done + i, begin));
      await client.sendLogs({ logs });
    }
    const browser = await TestBrowser.start(bed, app.http);
    open = await browser.open('/logs');
    page = open.page;
    await page.locator('.log').first().waitFor();
    atFirst = await heapBytes(page);
  });

  const loaded = (): Promise<number> => page.locator('.log-rows').getAttribute('aria-rowcount').then(Number);
  const rowOf = (number: number) => page.locator('.log', { hasText: messageOf(number) });
  const press = (key: string): Promise<void> => page.locator('.log-rows').press(key);

  it('loads all of them by the key End, with few in the page at a time', async () => {
    const framesOf = await noteFrames(page, `loading ${RECORDS} records page after page`);
    await waitUntil(
      async () => {
        await press('End');
        return (await loaded()) === RECORDS;
      },
      `${RECORDS} records are loaded`,
      120_000,
    );
    await press('End');
    await rowOf(0).waitFor();
    expect((await framesOf()).mostRows).toBeLessThan(ROWS_IN_PAGE);
    const grown = (await heapBytes(page)) - atFirst;
    process.stderr.write(`${RECORDS} records in the table: ${(grown / 1e6).toFixed(1)} MB of heap\n`);
    expect(grown).toBeLessThan(HEAP_BYTES);
  });

  it('scrolls through all of them and back, and leaves nothing behind', async () => {
    const before = await heapBytes(page);
    const framesOf = await noteFrames(page, `scrolling through ${RECORDS} records`);
    await page.evaluate(THROUGH);
    const { mostRows } = await framesOf();
    expect(mostRows).toBeLessThan(ROWS_IN_PAGE);
    expect((await heapBytes(page)) - before).toBeLessThan(SCROLL_BYTES);
    expect(await loaded()).toBe(RECORDS);
  });

  it('opens a row in the middle by mouse, and the next one by the keyboard', async () => {
    await page.evaluate('document.querySelector(".log-rows").scrollTop = 50_000 * 24');
    const middle = RECORDS - 1 - 50_010;
    await rowOf(middle).click();
    expect(await page.locator('.log-opened .message-block').innerText()).toBe(messageOf(middle));
    await press('Home');
    await press('ArrowDown');
    await press('Enter');
    await page.locator('.log-opened .message-block', { hasText: messageOf(RECORDS - 2) }).waitFor();
    await press('Escape');
    await page.locator('.log-opened').waitFor({ state: 'detached' });
    expect(open.complaints).toEqual([]);
  });
});

function messageOf(number: number): string {
  return `request ${String(number).padStart(6, '0')} was answered`;
}

/** Newest last: the table's row n is number RECORDS - 1 - n. */
function recordOf(number: number, begin: number) {
  return valid({
    message: messageOf(number),
    service: `service-${number % 8}`,
    traceId: `trace-${Math.floor(number / 10)}`,
    spanId: `span-${number}`,
    level: number % 1_000 === 0 ? LogLevel.WARN : LogLevel.INFO,
    timestamp: new Date(begin + number * 10).toISOString(),
    attributes: { path: `/api/items/${number % 977}`, status: '200', user: `user-${number % 4_999}` },
  });
}

/** From the top to the end and back, in 240 frames, and through a window of neighbouring rows as a wheel does. */
const THROUGH = `new Promise((resolve) => {
  const rows = document.querySelector('.log-rows');
  let frame = 0;
  const step = () => {
    frame++;
    if (frame <= 240) rows.scrollTop = (1 - Math.abs(frame / 120 - 1)) * rows.scrollHeight;
    else rows.scrollTop += 120;
    if (frame < 480) requestAnimationFrame(step);
    else resolve();
  };
  requestAnimationFrame(step);
})`;
