/** Places in the repository, as absolute paths, so that the commands work from any folder and with spaces in the path. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
export const MODULES = join(ROOT, 'node_modules');
export const DIST = join(ROOT, 'dist');
/** Git-ignored folder for what the scripts keep between runs: the set-up lock, test results, a cache for npm. */
export const CACHE = join(ROOT, '.cache');
export const TEST_RESULTS = join(CACHE, 'test-results');
