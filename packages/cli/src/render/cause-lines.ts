import type { Dag } from '#proto';
import type { Palette } from '../palette.js';
import { printableLine } from './printable.js';
import { wrapped } from './words.js';

/** The root causes of a failed trace, best first, each with its evidence; then its pattern and the DAG's warnings. */
export function* causeLines(dag: Dag, palette: Palette, width: number): Generator<string, void> {
  for (const [index, cause] of dag.rootCauses.entries()) {
    const title = dag.rootCauses.length === 1 ? 'Cause' : `Cause ${index + 1} of ${dag.rootCauses.length}`;
    yield '';
    yield [
      palette.bad(palette.strong(title)),
      palette.strong(printableLine(cause.service)),
      palette.faint(`${printableLine(cause.spanId)} (${printableLine(cause.role)}, ${printableLine(cause.rule)})`),
    ].join(' ');
    for (const line of wrapped(printableLine(cause.evidence), width - 2)) yield `  ${line}`;
  }
  if (dag.patternId !== '') yield palette.faint(`  seen before? rootspan pattern ${printableLine(dag.patternId)}`);
  for (const warning of dag.warnings) yield palette.warning(`Note: ${printableLine(warning)}`);
}
