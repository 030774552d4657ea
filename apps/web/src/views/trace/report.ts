import type { Log, Trace } from '../../api/types.js';
import { duration, millisBetween } from '../../time/instants.js';

const MOST_CAUSES = 3;

/** What an issue tracker is to be told of a trace, in Markdown. */
export function reportOf(trace: Trace, logs: ReadonlyMap<string, Log>, link: string): string {
  const { traceId, dag, firstTime, lastTime, spanCount, logCount, services } = trace;
  const causes = (dag?.rootCauses ?? []).slice(0, MOST_CAUSES).flatMap(({ service, role, evidence, logId }, i) => {
    const log = logs.get(logId);
    const line = log === undefined ? [] : ['', fenced(`${log.timestamp} ${log.level} ${log.service}: ${log.message}`)];
    return [`${i + 1}. **${service}** (${role}): ${evidence}`, ...line, ''];
  });
  return [
    `### Trace \`${traceId}\` ${dag === null ? '' : 'failed'}`.trimEnd(),
    '',
    ...causes,
    `- ${firstTime} (UTC), ${duration(millisBetween(firstTime, lastTime))}; ${spanCount} spans, ${logCount} records`,
    `- Services: ${services.join(', ')}`,
    ...(dag === null || dag.patternId === '' ? [] : [`- Pattern: \`${dag.patternId}\``]),
    `- ${link}`,
    '',
  ].join('\n');
}

/** A text that may hold backticks of its own. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `   ${fence}\n   ${text.replaceAll('\n', '\n   ')}\n   ${fence}`;
}
