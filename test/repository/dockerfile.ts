import { readFileSync } from 'node:fs';
import { ROOT } from './compose-file.js';

export interface Copy {
  /** The stage it copies from; undefined: the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export interface Stage {
  /** The image or stage it begins with. */
  readonly base: string;
  readonly copies: Copy[];
  user: string | undefined;
  command: readonly string[];
}

/** The stages of deploy/Dockerfile in their order: as much of its language as that file uses. */
export function readDockerfile(): { readonly stages: ReadonlyMap<string, Stage> } {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const line of readFileSync(`${ROOT}deploy/Dockerfile`, 'utf8').split('\n')) {
    const [instruction, ...words] = line.trim().split(/\s+/);
    if (instruction === 'FROM') {
      const [base = '', as, name] = words;
      if (as !== 'AS' || name === undefined) throw new Error(`A stage without a name: ${line}`);
      stage = { base, copies: [], user: undefined, command: [] };
      stages.set(name, stage);
    } else if (instruction === 'COPY') {
      const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
      stage?.copies.push({ from, sources: words.slice(0, -1), target: words.at(-1) ?? '' });
    } else if (instruction === 'USER' && stage !== undefined) {
      stage.user = words.join(' ');
    } else if (instruction === 'CMD' && stage !== undefined) {
      stage.command = JSON.parse(words.join(' ')) as string[];
    }
  }
  return { stages };
}
