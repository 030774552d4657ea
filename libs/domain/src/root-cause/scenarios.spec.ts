import { buildErrorDag } from '../error-dag/build-error-dag.js';
import { SCENARIOS } from './scenarios/all.js';
import type { Scenario } from './scenarios/scenario.js';
import { VARIATIONS } from './scenarios/variations.js';

interface Verdict {
  readonly name: string;
  readonly group: string;
  readonly top1: boolean;
  readonly top3: boolean;
  readonly said: string;
}

function judge(scenario: Scenario, variation: string): Verdict {
  const dag = buildErrorDag(scenario.records, { traceSpans: scenario.traceSpans, traceId: 't' });
  const causes = dag?.rootCauses ?? [];
  const firstThree = causes.slice(0, 3).map(({ spanId }) => spanId);
  const top1 = scenario.first.includes(firstThree[0] ?? '');
  const found = scenario.first.some((id) => firstThree.includes(id));
  const top3 = found && scenario.among.every((ids) => ids.some((id) => firstThree.includes(id)));
  const said = causes.map(({ spanId, evidence }) => `\n      ${spanId}: ${evidence}`).join('');
  return { name: `${scenario.group} / ${scenario.title} / ${variation}`, group: scenario.group, top1, top3, said };
}

const verdicts = SCENARIOS.flatMap((scenario) =>
  VARIATIONS.flatMap((variation) => {
    const varied = variation.apply(scenario);
    return varied === null ? [] : [{ variation: variation.name, verdict: judge(varied, variation.name) }];
  }),
);

function share(of: readonly Verdict[], key: 'top1' | 'top3'): number {
  return of.filter((verdict) => verdict[key]).length / Math.max(1, of.length);
}

function table(): string {
  const line = (name: string, of: readonly Verdict[]): string =>
    `  ${name.padEnd(20)} ${String(of.length).padStart(4)}   top-1 ${share(of, 'top1').toFixed(3)}   top-3 ${share(of, 'top3').toFixed(3)}`;
  const all = verdicts.map(({ verdict }) => verdict);
  const groups = [...new Set(all.map(({ group }) => group))];
  const lines = groups.map((group) =>
    line(
      group,
      all.filter((verdict) => verdict.group === group),
    ),
  );
  const wrong = all.filter(({ top1, top3 }) => !top1 || !top3);
  return [
    'root causes of the labelled set',
    ...lines,
    line('all', all),
    ...wrong.map(({ name, said }) => `  missed: ${name}${said}`),
  ].join('\n');
}

describe('root causes of the labelled set', () => {
  const asTold = verdicts.filter(({ variation }) => variation === 'as told').map(({ verdict }) => verdict);

  it('holds at least 60 scenarios, each told once', () => {
    expect(asTold.length).toBeGreaterThanOrEqual(60);
    expect(new Set(asTold.map(({ name }) => name)).size).toBe(asTold.length);
  });

  it('names the cause first in at least 95 of 100, and always among the first three', () => {
    process.stdout.write(`${table()}\n`);
    expect(share(asTold, 'top1')).toBeGreaterThanOrEqual(0.95);
    expect(share(asTold, 'top3')).toBe(1);
  });

  it('keeps to that in every variation', () => {
    for (const { name } of VARIATIONS) {
      const varied = verdicts.filter(({ variation }) => variation === name).map(({ verdict }) => verdict);
      expect({ name, top1: share(varied, 'top1') >= 0.95, top3: share(varied, 'top3') >= 0.97 }).toEqual({
        name,
        top1: true,
        top3: true,
      });
    }
  });
});
