/** The curl commands of docs/ingest.md, as they stand there. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AppProcess } from '../support/app-process.js';
import { codeBlocks } from '../support/documents.js';
import { useTestBed } from '../support/test-bed.js';
import { describeWithTool, runs } from '../support/tool.js';

const run = promisify(execFile);

/** One command each, over as many lines as it takes. */
const COMMANDS = codeBlocks('docs/ingest.md').flatMap((block) =>
  block.split(/^(?=curl )/m).filter((text) => text.startsWith('curl ')),
);

const curl = { name: 'curl', path: runs('curl', '--version') ? 'curl' : null, howToGetIt: 'apt-get install curl' };

describeWithTool('curl', curl, () => {
  const bed = useTestBed();
  let app: AppProcess;
  let folder: string;

  beforeAll(async () => {
    app = await bed.allInOne();
    folder = await bed.folder();
    await writeFile(join(folder, 'app.log'), 'a line\nanother line\n');
  });

  async function countStored(): Promise<number> {
    const counts = ['default', 'tenant-001'].map(async (tenant) => {
      const response = await fetch(`http://${app.http}/api/v1/logs`, { headers: { 'tenant-id': tenant } });
      return ((await response.json()) as { logs?: object[] }).logs?.length ?? 0;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  it('has a command for each protocol', () => {
    expect(COMMANDS.length).toBeGreaterThanOrEqual(6);
  });

  it.each(COMMANDS)('sends by %s', async (command) => {
    const before = await countStored();
    const script = command
      .replace(/^curl /, 'curl -sS --fail-with-body ')
      .replaceAll('127.0.0.1:8080', app.http)
      .replaceAll('127.0.0.1:4318', app.otlpHttp);
    await run('bash', ['-c', script], { cwd: folder });
    expect(await countStored()).toBeGreaterThan(before);
  });
});
