import { availableParallelism, cpus } from 'node:os';

/** Progress goes to standard error, so that standard output holds the results only. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

/** Prints one JSON line with everything, then the same for people. */
export function report(
  bench: string,
  options: Readonly<Record<string, unknown>>,
  figures: Readonly<Record<string, unknown>>,
  lines: readonly string[],
): void {
  const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model ?? 'unknown', node: process.version };
  process.stdout.write(`${JSON.stringify({ bench, at: new Date().toISOString(), ...machine, options, figures })}\n`);
  const title = `${bench} on ${machine.cores} cores, Node ${machine.node}`;
  process.stdout.write(`${[title, ...lines.map((line) => `  ${line}`)].join('\n')}\n`);
}

/** `175,300/s` */
export function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en-US')}/s`;
}

/** `ingest 1.9, processor 2.4` */
export function listed(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
