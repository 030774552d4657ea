/** The live tail at 2,000 records a second (issue 8, view 5). Times are printed for people, and judged by nobody here. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { AppProcess } from '../support/app-process.js';
import { TestBrowser, type OpenPage } from '../support/browser.js';
import { heapBytes, noteFrames } from '../support/frame-times.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const RATE = 2_000;
const BATCH = 100;
const STREAM = 10 * RATE;
const SERVICES = ['payments', 'orders', 'gateway', 'inventory'] as const;
/** As many as fit into a window several times; what a list of thousands must stay below. */
const ROWS_IN_PAGE = 120;
/** What the page says it keeps. */
const KEPT = 5_000;
/** Of heap; the records that are kept cost about 5 MB. */
const HEAP_BYTES = 30_000_000;

describe('the live tail at 2,000 records a second', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let browser: TestBrowser;
  /** Records that were sent so far. */
  let sent = 0;
  let sending = Promise.resolve();
  let isEnough = false;

  beforeAll(async () => {
    app = await bed.allInOne();
    browser = await TestBrowser.start(bed, app.http);
  });

  afterEach(() => finishStream());

  /**
   * Sends records at the rate, or as fast as they are taken where that is slower: so many at least, and on until
   * `finishStream`, so that a busy machine's page is looked at under load too.
   */
  function startStream(records: number, text = ''): void {
    isEnough = false;
    sending = stream(records, text);
  }

  function finishStream(): Promise<void> {
    isEnough = true;
    return sending;
  }

  async function stream(records: number, text: string): Promise<void> {
    const client = bed.client(app.grpc);
    const begin = performance.now();
    for (let done = 0; done < records || !isEnough; done += BATCH) {
      const logs = Array.from({ length: BATCH }, (_, i) => {
        const number = sent + i;
        const service = SERVICES[number % SERVICES.length];
        return valid({
          service,
          message: `record ${number} of a stream ${text}`,
          traceId: `t${number % 997}`,
          attributes: { user: `u-${i}` },
        });
      });
      await client.sendLogs({ logs });
      sent += BATCH;
      // Behind the clock, no rest; this paces the load, and nothing is waited for by it.
      await pause(Math.max(0, begin + (1_000 * (done + BATCH)) / RATE - performance.now()));
    }
  }

  async function openTail(path: string): Promise<OpenPage> {
    const opened = await browser.open(path);
    await phaseIs(opened.page, 'live');
    return opened;
  }

  const phaseIs = (page: Page, phase: string): Promise<void> =>
    page.locator('.tail-phase [role=status]', { hasText: phase }).waitFor();

  /** The numbers that the page says. */
  async function said(page: Page): Promise<{ readonly rate: number; readonly received: number; readonly missed: number }> {
    const [, rate = '', received = ''] =
      /([\d.,]+) records\/s, ([\d,]+) received/.exec(await page.locator('.tail-phase').innerText()) ?? [];
    const notes = await page.locator('.partial').allInnerTexts();
    const missed = notes.map((note) => /^([\d,]+) records came faster/.exec(note)?.[1] ?? '0');
    const number = (text: string): number => Number(text.replaceAll(',', ''));
    return { rate: number(rate), received: number(received), missed: missed.reduce((sum, text) => sum + number(text), 0) };
  }

  const received = async (page: Page): Promise<number> => (await said(page)).received;
  const firstRow = (page: Page): Promise<string> => page.locator('.log').first().innerText();

  it('goes on answering: pause, resume, a row by a click; it keeps few rows, and counts all that was sent', async () => {
    const { page, complaints } = await openTail('/tail');
    const [before, began] = [sent, await heapBytes(page)];
    const framesOf = await noteFrames(page, `a live tail at ${RATE} records/s`);
    startStream(STREAM);
    await waitUntil(async () => (await said(page)).rate > 100, 'the page tells a rate');

    await page.getByRole('button', { name: 'Pause' }).click();
    await phaseIs(page, 'paused');
    const still = await firstRow(page);
    await page.getByRole('button', { name: /Resume, [\d,]+ new/ }).waitFor();
    expect(await firstRow(page)).toBe(still);
    await page.getByRole('button', { name: /Resume/ }).click();
    await phaseIs(page, 'live');
    await waitUntil(async () => (await firstRow(page)) !== still, 'newer rows come');

    // By the mouse itself: nothing waits for the list to stand still.
    const box = await page.locator('.log-rows').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 60);
    await page.mouse.down();
    const then = await received(page);
    await waitUntil(async () => (await received(page)) > then, 'records come while the button is down');
    await page.mouse.up();
    await page.locator('.log-opened').waitFor();
    await phaseIs(page, 'paused');

    // Reading further down holds as well, and Resume leads back to the newest.
    await page.getByRole('button', { name: /Resume/ }).click();
    await phaseIs(page, 'live');
    await waitUntil(async () => {
      await page.mouse.wheel(0, 300);
      return (await page.locator('.tail-phase [role=status]').innerText()) === 'paused';
    }, 'turning the wheel holds the list');
    await page.getByRole('button', { name: /Resume/ }).click();
    await phaseIs(page, 'live');
    await waitUntil(
      () => page.evaluate<boolean>('document.querySelector(".log-rows").scrollTop === 0'),
      'the newest are in view',
    );

    await finishStream();
    const all = sent - before;
    await waitUntil(async () => {
      const { received, missed } = await said(page);
      return received + missed === all;
    }, `received and missed make ${all}`);
    // Which of the last is the very last differs: the bus carries several partitions at a time.
    await waitUntil(async () => Number(/record (\d+) of/.exec(await firstRow(page))?.[1]) >= sent - KEPT, 'the newest are shown');
    expect((await framesOf()).mostRows).toBeLessThan(ROWS_IN_PAGE);
    expect(Number(await page.locator('.log-rows').getAttribute('aria-rowcount'))).toBe(KEPT);
    const grown = (await heapBytes(page)) - began;
    process.stderr.write(`a live tail of ${all} records: the heap grew by ${(grown / 1e6).toFixed(1)} MB\n`);
    expect(grown).toBeLessThan(HEAP_BYTES);
    await waitUntil(async () => (await said(page)).rate === 0, 'the rate falls to nothing after the stream');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('takes a filter while records come', async () => {
    const { page, complaints } = await openTail('/tail');
    startStream(0);
    await waitUntil(async () => (await received(page)) > 0, 'records come');
    await page.getByRole('combobox', { name: 'Query' }).fill('service:orders');
    await page.keyboard.press('Enter');
    await waitUntil(() => new URL(page.url()).searchParams.get('q') === 'service:orders', 'the filter is part of the address');
    await waitUntil(async () => (await received(page)) > 100, 'records come through the filter');
    expect(new Set(await page.locator('.log .service-name').allInnerTexts())).toEqual(new Set(['orders']));
    await finishStream();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says what came while it could not take anything, and loses count of none', async () => {
    const { page, complaints } = await openTail('/tail');
    const before = sent;
    const debug = await page.context().newCDPSession(page);
    const paused = new Promise((resolve) => debug.once('Debugger.paused', resolve));
    await debug.send('Debugger.enable');
    await debug.send('Debugger.pause');
    // A program that stands still takes nothing from its connection: these are more bytes than all buffers on the way hold.
    const text = unique('x').repeat(400);
    startStream(6_000, text);
    await Promise.all([paused, finishStream()]);
    await debug.send('Debugger.resume');
    const all = sent - before;
    await waitUntil(async () => {
      const { received, missed } = await said(page);
      return missed > 0 && received + missed === all;
    }, `received and missed make ${all}`);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
