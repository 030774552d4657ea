/** The command line `rootspan` against a real all-in-one (packages/cli/README.md). */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandLine } from '../support/command-line.js';
import { at, unique } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

type Json = Readonly<Record<string, unknown>>;

const linesOf = (out: string): Json[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
const ndjson = (records: readonly Json[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** A trace that fails in inventory, and its two callers. */
const failedTrace = (traceId: string): Json[] => [
  { traceId, spanId: 'a', service: 'gateway', message: 'POST /orders', timestamp: at(0) },
  { traceId, spanId: 'b', parentId: 'a', service: 'orders', level: 'error', message: 'order failed', timestamp: at(2) },
  { traceId, spanId: 'c', parentId: 'b', service: 'inventory', level: 'error', message: 'stock is locked', timestamp: at(1) },
];

describe('The command line', () => {
  const bed = useTestBed();
  let grpc: string;
  let http: string;
  const asTenant = (prefix: string): CommandLine => new CommandLine(grpc, unique(prefix));

  beforeAll(async () => {
    ({ grpc, http } = await bed.allInOne());
  });

  it('sends a record from its arguments and finds it', async () => {
    const cli = asTenant('send');
    const record = ['--trace', 't1', '--span', 's1', '--service', 'payments', '--level', 'warn', '--attribute', 'region=eu'];
    expect(await cli.run('send', ...record, 'card declined')).toEqual({ code: 0, out: '1 record stored\n', err: '' });
    const found = await cli.run('logs', 'level>=warn "card declined"', '--json');
    expect(found).toMatchObject({ code: 0, err: '' });
    expect(linesOf(found.out)).toEqual([
      expect.objectContaining({ traceId: 't1', service: 'payments', level: 'warn', attributes: { region: 'eu' } }),
    ]);
    expect((await cli.run('logs')).out).toMatch(/ {2}WARN {3}payments {2}card declined {2}region=eu trace=t1 span=s1\n$/);
  });

  it('shows a failed trace: the cause with its evidence, then the tree', async () => {
    const cli = asTenant('trace');
    await cli.runWith(ndjson(failedTrace('t1')), 'send');
    const shown = await waitUntil(async () => {
      const run = await cli.run('trace', 't1');
      return run.out.includes('\nCause inventory c (origin, deepest-error)\n') && run;
    }, 'the trace is shown with its cause');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(
      /^Trace t1 {2}failed: 1 error {2}3 spans of 3 services, 3 records, 2\.000 s from 2026-01-01T00:00:00Z\n/,
    );
    expect(shown.out).toContain(`
gateway a
│ +0.000s INFO  POST /orders
└─ orders b propagated
   │ +2.000s ERROR order failed
   └─ inventory c <== cause 1 (origin)
        +1.000s ERROR stock is locked
`);
    const [json] = linesOf((await cli.run('trace', 't1', '--json')).out);
    expect(json).toMatchObject({ dag: { traceId: 't1' }, logs: [{ spanId: 'a' }, { spanId: 'c' }, { spanId: 'b' }] });
  });

  it('prints the DAG as JSON and in every picture format', async () => {
    const cli = asTenant('dag');
    await cli.runWith(ndjson(failedTrace('t1')), 'send');
    await waitUntil(async () => (await cli.run('dag', 't1')).code === 0, 'the DAG is there');
    expect(linesOf((await cli.run('dag', 't1')).out)).toEqual([expect.objectContaining({ traceId: 't1', errorCount: 1 })]);
    const beginnings = { mermaid: /^flowchart LR\n/, dot: /^digraph /, svg: /^<svg [^]*<\/svg>\n$/ };
    for (const [format, beginning] of Object.entries(beginnings)) {
      expect(await cli.run('dag', 't1', '--format', format)).toEqual({
        code: 0,
        out: expect.stringMatching(beginning) as string,
        err: '',
      });
    }
  });

  it('tells refused lines with their numbers, stores the others, and stores nothing twice under the same batch id', async () => {
    const cli = asTenant('lines');
    const file = join(await bed.folder(), 'records.ndjson');
    const [first, second, third] = failedTrace('t1').map((record) => JSON.stringify(record));
    await writeFile(file, [first, 'no json', second, '', '{"spanId":"x","service":"y"}', third].join('\n'));
    for (let i = 0; i < 2; i++) {
      const run = await cli.run('send', '--file', file, '--batch-size', '2', '--batch-id', 'import-1');
      expect(run).toMatchObject({ code: 1, out: '3 records stored, 2 lines refused\n' });
      expect(run.err.split('\n')).toEqual([
        expect.stringMatching(/^line 2: the line is not JSON: /),
        expect.stringMatching(/^line 5: trace_id is required/),
        '',
      ]);
    }
    expect(linesOf((await cli.run('logs', '--json')).out).length).toBe(3);
  });

  it('refuses a line that no call can hold, and goes on', async () => {
    const cli = asTenant('large');
    const [first, second] = failedTrace('t1').map((record) => JSON.stringify(record));
    const large = JSON.stringify({
      traceId: 't',
      spanId: 's',
      service: 'a',
      attributesJson: `{"a":"${'x'.repeat(16_500_000)}"}`,
    });
    const run = await cli.runWith([first, large, second].join('\n'), 'send');
    expect(run).toMatchObject({ code: 1, out: '2 records stored, 1 line refused\n' });
    expect(run.err).toMatch(/^line 2: .+\n$/);
  });

  it('shows the first records of a trace, says that there are more, and gives programs the token of the next', async () => {
    const cli = asTenant('first');
    await cli.runWith(ndjson(failedTrace('t1')), 'send');
    const shown = await cli.run('trace', 't1', '--limit', '2');
    expect(shown).toMatchObject({ code: 0, err: 'The first 2 records are shown; --limit shows more.\n' });
    const [json] = linesOf((await cli.run('trace', 't1', '--limit', '2', '--json')).out);
    expect(json).toMatchObject({ logs: [{ spanId: 'a' }, { spanId: 'c' }], nextPageToken: expect.stringMatching(/./) as string });
    expect(linesOf((await cli.run('trace', 't1', '--json')).out)[0]).not.toHaveProperty('nextPageToken');
  });

  it('follows the pages of a search to the end, in either order, and copies what it finds', async () => {
    const cli = asTenant('pages');
    const records = Array.from({ length: 2_500 }, (_, i) => ({
      traceId: `t${i}`,
      spanId: 's',
      service: 'a',
      message: `number ${i}`,
      timestamp: at(i),
    }));
    expect(await cli.runWith(ndjson(records), 'send')).toMatchObject({ code: 0, out: '2,500 records stored\n' });
    const messages = records.map(({ message }) => message);
    const oldest = await cli.run('logs', '--limit', 'all', '--order', 'asc', '--json');
    expect(linesOf(oldest.out).map(({ message }) => message)).toEqual(messages);
    const newest = await cli.run('logs', 'service:a', '--limit', '1500', '--json');
    expect(linesOf(newest.out).map(({ message }) => message)).toEqual([...messages].reverse().slice(0, 1_500));
    const copy = asTenant('copy');
    expect(await copy.runWith(oldest.out, 'send')).toMatchObject({ code: 0, out: '2,500 records stored\n' });
    expect(linesOf((await copy.run('logs', '--limit', 'all', '--json')).out).length).toBe(2_500);
  });

  it('ends quietly where the reader of its output has seen enough', async () => {
    const cli = asTenant('pipe');
    const records = Array.from({ length: 3_000 }, (_, i) => ({
      traceId: 't',
      spanId: `s${i}`,
      service: 'a',
      message: 'x'.repeat(500),
    }));
    await cli.runWith(ndjson(records), 'send');
    const child = cli.start('logs', '--limit', 'all');
    let err = '';
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'close');
    expect({ code: child.exitCode, signal: child.signalCode, err }).toEqual({ code: 0, signal: null, err: '' });
  });

  it('lists patterns, shows one with its traces, and sets its state', async () => {
    const cli = asTenant('patterns');
    await cli.runWith(ndjson(['t1', 't2'].flatMap(failedTrace)), 'send');
    const listed = async (): Promise<Json[]> => linesOf((await cli.run('patterns', '--service', 'inventory', '--json')).out);
    await waitUntil(async () => (await listed())[0]?.['traceCount'] === 2, 'both traces are in the pattern');
    const id = String((await listed())[0]?.['id']);
    expect((await cli.run('patterns')).out).toMatch(new RegExp(`^ID .*\\n${id} +open +2 +\\S+ +inventory +stock is locked\\n$`));
    const shown = await cli.run('pattern', id);
    expect(shown.out).toMatch(/^inventory: stock is locked /);
    expect(shown.out).toMatch(/ t1 [^]* t2 | t2 [^]* t1 /);
    for (const [action, state] of Object.entries({ resolve: 'resolved', ignore: 'ignored', reopen: 'open' })) {
      expect((await cli.run('pattern', id, action)).out).toBe(`inventory: stock is locked: ${state}\n`);
      expect((await listed())[0]).toMatchObject({ state });
    }
    expect(await cli.run('patterns', '--state', 'resolved')).toMatchObject({ code: 3, out: '' });
  });

  it('shows who called whom', async () => {
    const cli = asTenant('map');
    await cli.runWith(ndjson(failedTrace('t1')), 'send');
    const { code, out } = await cli.run('map', '--from', at(0), '--to', at(60));
    expect(code).toBe(0);
    expect(out).toMatch(/\ngateway +orders +1 +1 +100\.0 %\norders +inventory +1 +1 +100\.0 %\n$/);
    expect(await cli.run('map', '--from', '2000-01-01', '--to', '2000-01-02')).toMatchObject({ code: 3, out: '' });
  });

  it('tells how Rootspan is, over HTTP too', async () => {
    const cli = asTenant('status');
    const { code, out, err } = await cli.run('status');
    expect([code, out.split('\n')[0], err]).toEqual([0, `${grpc}  SERVING`, '']);
    for (const name of ['logs.rows', 'logs.maxBytes', 'dags.pending', 'lag.messages']) expect(out).toContain(name);
    const [asked] = linesOf((await cli.run('status', '--json')).out);
    expect(asked).toMatchObject({ stored: { logs: { retentionDays: 30, maxBytes: null }, dags: {}, lag: {} } });
    const [status] = linesOf((await cli.run('status', '--http', http, '--json')).out);
    expect(status).toMatchObject({ address: grpc, health: 'SERVING', stored: { logs: {}, dags: {}, lag: {} } });
    expect((await cli.run('status', '--http', http)).out).toContain('logs.rows');
  });

  it('ends with a code that says why, and a sentence that says what to do', async () => {
    const cli = asTenant('codes');
    const failures: readonly (readonly [number, RegExp, ...string[]])[] = [
      [3, /^error: No record of trace "nobody" is stored\.\n$/, 'trace', 'nobody'],
      [3, /^error: /, 'dag', 'nobody'],
      [3, /^error: /, 'pattern', '0'.repeat(32)],
      [3, /^$/, 'logs', 'service:nobody'],
      [2, /^error: query: column 1: there is no field colour/, 'logs', 'colour:red'],
      [2, /^error: option '--limit <rows>' argument 'few' is invalid/, 'logs', '--limit', 'few'],
      [2, /^error: unknown command 'log'\n\(Did you mean logs\?\)/, 'log'],
      [2, /^error: a record needs --trace, --span\.\nfix: /, 'send', '--service', 'a', 'text'],
      [1, /^error: nowhere\.ndjson can't be read/, 'send', '--file', 'nowhere.ndjson'],
      [
        4,
        /^error: Rootspan does not answer at 127\.0\.0\.1:1 .*\nfix: start it with `npm start`/,
        'logs',
        '--address',
        '127.0.0.1:1',
      ],
      [4, /^error: lines 1 to 1 were not acknowledged .*--batch-id/s, 'send', '--address', '127.0.0.1:1'],
      [4, /^error: http:.* does not answer/, 'status', '--http', 'localhost:1'],
    ];
    for (const [code, err, ...args] of failures) {
      const run = await cli.runWith('{"traceId":"t","spanId":"s","service":"a"}', ...args);
      expect({ args, ...run }).toEqual({ args, code, out: '', err: expect.stringMatching(err) as string });
      expect(run.err).not.toMatch(/\n\s+at /);
    }
  });
});
