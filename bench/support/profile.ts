import { readFileSync } from 'node:fs';

/** The part of a .cpuprofile that is read (Chrome DevTools Protocol, Profiler.Profile). */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * The functions with the most self time, most first: `12.3 % encodeRow batch-encoder.js:140`. Shares are of the time in which
 * the process was busy.
 */
export function topFunctions(file: string, count: number): string[] {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const micros = new Map<string, number>();
  let busy = 0;
  profile.samples.forEach((id, i) => {
    const name = names.get(id) ?? '';
    const spent = profile.timeDeltas[i] ?? 0;
    if (name === '(idle)') return;
    busy += spent;
    micros.set(name, (micros.get(name) ?? 0) + spent);
  });
  const sorted = [...micros].sort(([, a], [, b]) => b - a).slice(0, count);
  return sorted.map(([name, spent]) => `${((spent / busy) * 100).toFixed(1).padStart(5)} % ${name}`);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
}
