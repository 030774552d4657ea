import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from './compose-file.js';
import { readDockerfile } from './dockerfile.js';

const { stages } = readDockerfile();
const images = ['all-in-one', 'services'];

describe('The Dockerfile', () => {
  it('copies only what is in the repository and let through by .dockerignore', () => {
    const ignore = readFileSync(`${ROOT}.dockerignore`, 'utf8').split('\n');
    const fromContext = [...stages.values()].flatMap(({ copies }) => copies.filter(({ from }) => from === undefined));
    for (const source of fromContext.flatMap(({ sources }) => sources)) {
      expect({ source, exists: existsSync(`${ROOT}${source}`) }).toEqual({ source, exists: true });
      expect(ignore).toContain(`!${source}`);
    }
  });

  it('begins and copies from stages that stand above', () => {
    const above = new Set<string>();
    for (const [name, { base, copies }] of stages) {
      if (!base.includes(':')) expect(above).toContain(base);
      for (const { from } of copies) if (from !== undefined) expect(above).toContain(from);
      above.add(name);
    }
  });

  it('builds on the Node version that the repository names', () => {
    const version = readFileSync(`${ROOT}.nvmrc`, 'utf8').trim();
    const bases = [...stages.values()].map(({ base }) => base).filter((base) => base.includes(':'));
    expect(new Set(bases)).toEqual(new Set([`node:${version}-slim`]));
  });

  it.each(images)('runs the image %s as a user without rights', (name) => {
    expect(stages.get(name)?.user).toBe('node');
  });

  it.each(images)('starts the image %s by a program that the build makes', (name) => {
    const [program, file = ''] = stages.get(name)?.command ?? [];
    expect(program).toBe('node');
    expect(existsSync(ROOT + file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))).toBe(true);
  });

  it('has the services as the stage that a build without a target makes', () => {
    expect([...stages.keys()].at(-1)).toBe('services');
  });
});
