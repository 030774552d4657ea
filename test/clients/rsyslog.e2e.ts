/** The real rsyslog with omelasticsearch, configured as docs/ingest.md says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { portOf, type AppProcess } from '../support/app-process.js';
import { codeBlocks } from '../support/documents.js';
import { endWithUs } from '../support/processes.js';
import { useTestBed } from '../support/test-bed.js';
import { describeWithTool } from '../support/tool.js';
import { waitUntil } from '../support/wait-until.js';

const LINES = 2_000;

/** Debian's paths. */
function findRsyslog(): string | null {
  const program = '/usr/sbin/rsyslogd';
  const libraries = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const hasModule = libraries.some((folder) => existsSync(`/usr/lib/${folder}/rsyslog/omelasticsearch.so`));
  return existsSync(program) && hasModule ? program : null;
}

const rsyslog = {
  name: 'rsyslog with omelasticsearch',
  path: findRsyslog(),
  howToGetIt: 'apt-get install rsyslog rsyslog-elasticsearch',
};

describeWithTool('rsyslog', rsyslog, (program) => {
  const bed = useTestBed();
  let app: AppProcess;
  let log: string;

  beforeAll(async () => {
    app = await bed.allInOne();
    const folder = await bed.folder();
    log = join(folder, 'shop.log');
    const documented = codeBlocks('docs/ingest.md').find((block) => block.includes('omelasticsearch'));
    if (documented === undefined) throw new Error('docs/ingest.md has no configuration for rsyslog');
    const configuration = [
      `global(workDirectory="${folder}")`,
      'module(load="imfile")',
      `input(type="imfile" file="${log}" tag="shop:" severity="error" facility="local0")`,
      documented.replace('8080', portOf(app.http)),
    ];
    await writeFile(join(folder, 'rsyslog.conf'), configuration.join('\n'));
    await writeFile(log, '');
    const child = spawn(program, ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'rsyslog.pid')], {
      stdio: 'inherit',
    });
    endWithUs(child);
    const ended = once(child, 'exit');
    bed.defer(async () => {
      child.kill('SIGTERM');
      await ended;
    });
  });

  async function found(query: string): Promise<{ readonly total: number; readonly logs: readonly object[] }> {
    const response = await fetch(`http://${app.http}/api/v1/logs?limit=10&order=asc&q=${encodeURIComponent(query)}`);
    const { total = 0, logs = [] } = (await response.json()) as { total?: number; logs?: object[] };
    return { total, logs };
  }

  it('has all of its lines stored', async () => {
    await appendFile(log, Array.from({ length: LINES }, (_, i) => `line ${i} says "it's 5 o'clock" \\ \t é\n`).join(''));
    await waitUntil(async () => (await found('service:shop')).total >= LINES, 'all lines are stored');
    const { total, logs } = await found('service:shop level:error attr._index:rsyslog');
    expect(total).toBe(LINES);
    expect(logs[0]).toMatchObject({
      message: expect.stringMatching(/^line \d+ says "it's 5 o'clock" \\ \t é$/),
      service: 'shop',
      level: 'error',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      attributes: { _index: 'rsyslog', 'host.name': expect.any(String) },
    });
  });

  it('has a line that is no UTF-8 kept, and goes on', async () => {
    await appendFile(log, Buffer.from('broken \xff bytes\nthe line after\n', 'latin1'));
    await waitUntil(async () => (await found('"the line after"')).total === 1, 'the line after is stored');
    expect((await found('"broken"')).logs).toMatchObject([
      { message: 'broken \ufffd bytes', attributes: { 'rootspan.sanitized': 'true' } },
    ]);
  });
});
