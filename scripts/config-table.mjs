/**
 * Writes the table of variables into README.md, between its two markers, from the configuration schema.
 * Run it after a build (`npm run docs`); a spec fails where README.md and the schema differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationTable } from '../dist/libs/platform/src/index.js';

const README = new URL('../README.md', import.meta.url);
const MARKERS = /(<!-- configuration:begin -->\n)[\s\S]*(<!-- configuration:end -->)/;

const text = readFileSync(README, 'utf8');
if (!MARKERS.test(text)) throw new Error('README.md has lost its markers configuration:begin and configuration:end.');
writeFileSync(
  README,
  text.replace(MARKERS, (_, begin, end) => `${begin}\n${configurationTable().trim()}\n\n${end}`),
);
