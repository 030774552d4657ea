/** `rootspan tail` against a real all-in-one that comes and goes (packages/cli/README.md). */
import { CommandLine } from '../support/command-line.js';
import { AllInOne } from '../support/all-in-one.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

describe('rootspan tail', () => {
  const bed = useTestBed();

  it('shows what was stored and what comes, also after the server was started anew, each record once', async () => {
    const server = await AllInOne.start(bed);
    const tenant = unique('cli-tail');
    const send = (message: string) => server.sender(tenant).sendLogs({ logs: [valid({ message })] });
    await send('first');
    const child = new CommandLine(server.app.grpc, tenant).start('tail', '--json', '--from', 'earliest', '"s"');
    bed.defer(() => void child.kill('SIGKILL'));
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    await waitUntil(() => out.includes('first'), 'the history is shown');
    await send('second');
    await send('no match: third');
    await waitUntil(() => out.includes('second'), 'the live record is shown');
    await server.app.stop();
    await server.restart();
    await send('fourth s');
    await waitUntil(() => out.includes('fourth'), `the record after the restart is shown (${err})`);
    const messages = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect([messages, err]).toEqual([['first', 'second', 'fourth s'], '']);
    expect(child.exitCode).toBeNull();
  });

  it('fails at once where nobody answers, or the query can not be read', async () => {
    const nobody = await new CommandLine('127.0.0.1:1', unique('cli-tail')).run('tail');
    expect([nobody.code, nobody.err]).toEqual([4, expect.stringContaining('does not answer')]);
    const server = await AllInOne.start(bed);
    const faulty = await new CommandLine(server.app.grpc, unique('cli-tail')).run('tail', 'level>=');
    expect([faulty.code, faulty.err]).toEqual([2, expect.stringContaining('query')]);
  });
});
