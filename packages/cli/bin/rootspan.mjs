#!/usr/bin/env node
/** What `rootspan` on the PATH runs: the program that the build made. */
import { existsSync } from 'node:fs';

const program = new URL('../../../dist/packages/cli/src/main.js', import.meta.url);

if (existsSync(program)) {
  await import(program.href);
} else {
  console.error(
    'error: rootspan is not built yet.\nfix: run `npm run build` in the folder of Rootspan, then the same command again.',
  );
  process.exitCode = 1;
}
