/** From "something is failing" to the line that caused it (issue 8), by mouse and by keyboard. */
import type { Page } from 'playwright-core';
import type { AppProcess } from '../support/app-process.js';
import { TestBrowser } from '../support/browser.js';
import { fillWithDemo } from '../support/demo.js';
import { valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';

describe('the web UI', () => {
  const bed = useTestBed();
  let app: AppProcess;
  let browser: TestBrowser;

  beforeAll(async () => {
    app = await bed.allInOne();
    await fillWithDemo(app.grpc, { minutes: 40, rate: 2, seed: 7 });
    browser = await TestBrowser.start(bed, app.http);
  });

  /** The text of the line that a trace's first cause names, told by the API alone. */
  async function causeOf(traceId: string): Promise<{ readonly service: string; readonly message: string }> {
    const get = async <T>(path: string) =>
      (await (await fetch(`http://${app.http}/api/v1/traces/${traceId}${path}`)).json()) as T;
    const { dag } = await get<{ dag: { rootCauses: { service: string; logId: string }[] } }>('');
    const { logs } = await get<{ logs: { id: string; message: string }[] }>('/logs');
    const [cause] = dag.rootCauses;
    return { service: cause?.service ?? '', message: logs.find(({ id }) => id === cause?.logId)?.message ?? '' };
  }

  const traceOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

  it('leads from the overview to the line that caused a failure in three clicks', async () => {
    const { page, complaints } = await browser.open('/');
    await page.getByRole('link', { name: /inventory did not answer/ }).click();
    await page.locator('tbody a').first().click();
    await page.locator('.cause-line').first().click();
    const { service, message } = await causeOf(traceOf(page));
    expect(service).toBe('inventory');
    expect(message).toContain('waiting for row lock');
    const marked = page.locator('.log-marked');
    await marked.waitFor();
    expect(await marked.innerText()).toContain(message);
    expect(await page.locator('.log-opened .message-block').innerText()).toBe(message);
    expect(complaints).toEqual([]);
  });

  it('leads there by the keyboard alone', async () => {
    const { page } = await browser.open('/');
    const pattern = page.getByRole('link', { name: /card declined by issuer/ });
    await pattern.waitFor();
    await untilFocused(page, '.pattern-link', 'card declined');
    await page.keyboard.press('Enter');
    await page.locator('tbody a').first().waitFor();
    await untilFocused(page, 'tbody a', '');
    await page.keyboard.press('Enter');
    await page.locator('.cause-line').first().waitFor();
    await untilFocused(page, '.cause-line', '');
    await page.keyboard.press('Enter');
    const { message } = await causeOf(traceOf(page));
    await page.locator('.log-marked').waitFor();
    expect(await page.locator('.log-opened .message-block').innerText()).toBe(message);
  });

  /** Presses Tab until such an element has the focus. */
  async function untilFocused(page: Page, selector: string, text: string): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate<boolean>(
        `document.activeElement.matches(${JSON.stringify(selector)}) && document.activeElement.textContent.includes(${JSON.stringify(text)})`,
      );
      if (found) return;
    }
    throw new Error(`80 times Tab did not lead to ${selector} ${text}.`);
  }

  it('draws the error graph, moves in it by arrow keys and shows the records of the span that is chosen', async () => {
    const { page } = await browser.open('/');
    await page.getByRole('link', { name: /card declined by issuer/ }).click();
    await page.locator('tbody a').first().click();
    const cause = page.locator('.box-cause');
    await cause.waitFor();
    expect(await cause.textContent()).toMatch(/^payments.*cause$/);
    expect(await page.locator('.box-propagated').count()).toBe(2);
    await cause.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.locator('.box-chosen').waitFor();
    expect(await page.locator('.box-chosen').textContent()).toMatch(/^checkout.*propagated$/);
    expect(new URL(page.url()).searchParams.get('span')).toMatch(/^[0-9a-f]{16}$/);
    const services = await page.locator('.log .service-name').allInnerTexts();
    expect(new Set(services)).toEqual(new Set(['checkout']));
  });

  it('copies a report, a command and a Mermaid text of a trace', async () => {
    const { page } = await browser.open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('link', { name: /card declined by issuer/ }).click();
    await page.locator('tbody a').first().click();
    await page.locator('.box-cause').waitFor();
    const copied = async (name: string): Promise<string> => {
      const button = page.getByRole('group', { name: 'Copy' }).locator('button', { hasText: name });
      await button.click();
      await button.getByText('Copied').waitFor();
      return page.evaluate('navigator.clipboard.readText()');
    };
    const id = traceOf(page);
    expect(await copied('grpcurl')).toMatch(new RegExp(`^grpcurl -plaintext -d '\\{"trace_id":"${id}"\\}' .*/GetDagByTraceId$`));
    expect(await copied('Mermaid')).toContain('flowchart');
    expect(await copied('Link')).toContain(`/traces/${id}`);
    const report = await copied('Report');
    expect(report).toContain('**payments** (origin)');
    expect(report).toContain('card declined by issuer: insufficient_funds');
  });

  it('resolves a pattern and opens it again', async () => {
    const { page } = await browser.open('/patterns');
    await page.getByRole('link', { name: /TemplateError/ }).click();
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('resolved', { exact: true }).waitFor();
    await page.goto('/patterns?state=resolved');
    await page.getByRole('link', { name: /TemplateError/ }).click();
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByRole('button', { name: 'Ignore' }).waitFor();
  });

  it('searches: completes fields and values, points at a fault, narrows by a facet, opens a record', async () => {
    const { page } = await browser.open('/logs');
    const query = page.getByRole('combobox', { name: 'Query' });
    await query.pressSequentially('serv');
    await page.getByRole('option', { name: /service:/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await query.inputValue()).toBe('service:');
    await query.pressSequentially('pay');
    await page.getByRole('option', { name: /payments/ }).click();
    expect(await query.inputValue()).toBe('service:payments ');
    await query.pressSequentially('servce:x');
    expect(await page.locator('.query-reason').innerText()).toContain('Column 18: there is no field servce');
    await query.fill('service:payments');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^error/ }).click();
    await page.waitForURL(/level%3Aerror/);
    const first = page.locator('.log').first();
    await first.waitFor();
    await page.locator('.log-error').first().click();
    await page.getByRole('link', { name: 'Same trace' }).click();
    await page.locator('.cause').waitFor();
  });

  it('zooms into a part of the volume that is brushed', async () => {
    const { page } = await browser.open('/logs');
    const chart = page.locator('.bars-area');
    await chart.waitFor();
    const box = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*&to=/);
    const { searchParams } = new URL(page.url());
    const minutes = (Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')) / 60_000;
    expect(minutes).toBeGreaterThan(15);
    expect(minutes).toBeLessThan(25);
  });

  it('follows records as they are stored, holds still while one is read, and shows what came meanwhile on request', async () => {
    const { page, complaints } = await browser.open('/tail?q=service%3Atail-test');
    await page.getByText('live', { exact: true }).waitFor();
    const client = bed.client(app.grpc);
    const send = (message: string) => client.sendLog(valid({ service: 'tail-test', message }));
    await send('the first record');
    await page.getByText('the first record').waitFor();
    await page.locator('.log').first().click();
    await page.locator('.log-opened').waitFor();
    await send('the second record');
    await page.getByRole('button', { name: 'Resume, 1 new' }).waitFor();
    expect(await page.getByText('the second record').count()).toBe(0);
    await page.getByRole('button', { name: 'Resume, 1 new' }).click();
    await page.getByText('the second record').waitFor();
    expect((await page.locator('.log-message').allInnerTexts()).slice(0, 2)).toEqual(['the second record', 'the first record']);
    expect(complaints).toEqual([]);
  });

  it('keeps the theme that was chosen, whatever the system says', async () => {
    const { page } = await browser.open('/', { theme: 'dark' });
    const dark = await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await page.getByRole('button', { name: /^Theme: system/ }).click();
    await page.reload();
    expect(await page.getByRole('button', { name: /^Theme: light/ }).count()).toBe(1);
    expect(await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')).not.toBe(dark);
  });
});
