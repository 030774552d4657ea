import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type ConsoleMessage, type Page } from 'playwright-core';
import type { TestBed } from './test-bed.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** CI keeps this folder. */
const SCREENSHOTS = join(ROOT, '.cache', 'test-results', 'screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };
export type Theme = 'light' | 'dark';

/** A page of a real browser, with what it complained about. */
export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, refusals of the content security policy, files that were not there. */
  readonly complaints: string[];
}

/** Chromium, as CHROMIUM names it; one a test file. */
export class TestBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly base: string,
  ) {}

  /** @param http host:port of the server whose UI is looked at */
  static async start(bed: TestBed, http: string): Promise<TestBrowser> {
    const executablePath = process.env['CHROMIUM'] ?? '';
    if (executablePath === '') throw new Error('CHROMIUM is to name a Chromium program: npm run test:browser finds it.');
    // As root it runs without its sandbox only; it sees nothing but our own pages.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    bed.defer(() => browser.close());
    return new TestBrowser(browser, `http://${http}`);
  }

  /** Opens a path in a window of its own. */
  async open(path: string, options: BrowserContextOptions & { readonly theme?: Theme } = {}): Promise<OpenPage> {
    const { theme = 'light', ...rest } = options;
    const context = await this.browser.newContext({ viewport: WIDE, colorScheme: theme, baseURL: this.base, ...rest });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
    });
    await page.goto(path);
    return { page, complaints };
  }
}

/** Keeps what a page looks like, for people. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Pixels by which a page is wider than its window; 0 where nothing scrolls sideways. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)');
}

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** What axe finds serious or worse in a page, as sentences: WCAG 2.2 A and AA. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ readonly violations: readonly AxeFinding[] }>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}
