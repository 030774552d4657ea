import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { ROOT } from './compose-file.js';

const nestCli = z
  .object({ projects: z.record(z.string(), z.object({ sourceRoot: z.string(), entryFile: z.string() })) })
  .parse(JSON.parse(readFileSync(`${ROOT}nest-cli.json`, 'utf8')));
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')));
const apps = ['all-in-one', 'log-ingest', 'log-processor', 'query-service'];

describe('Every app', () => {
  it('is known to the Nest command line', () => {
    expect(Object.keys(nestCli.projects)).toEqual(apps);
  });

  it.each(apps)('%s has its entry file where the Nest command line looks for it', (app) => {
    expect(nestCli.projects[app]).toMatchObject({ sourceRoot: `apps/${app}/src`, entryFile: `apps/${app}/src/main` });
    expect(existsSync(`${ROOT}apps/${app}/src/main.ts`)).toBe(true);
  });

  it.each(apps)('%s has a script that starts it', (app) => {
    const [name, command] = app === 'all-in-one' ? ['start', 'start'] : [`start:${app}`, `start ${app}`];
    expect(scripts[name]).toBe(`node scripts/run.mjs ${command}`);
  });
});
