import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The blocks of code of a document, in order. @param file relative to the repository: `docs/ingest.md` */
export function codeBlocks(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, block = '']) => block);
}
