import { readFileSync } from 'node:fs';
import { configurationTable } from '#platform';

describe('README.md', () => {
  it('has the table of variables as the configuration schema gives it (npm run docs)', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(configurationTable().trim());
  });
});
