import { getText, part } from '../../api/client.js';
import type { Log, Trace } from '../../api/types.js';
import { CopyButton } from '../../ui/copy.js';
import { reportOf } from './report.js';

/** What is taken along: a link, the command for a terminal, a picture as text, a report for an issue tracker. */
export function Share({ trace, logs }: { readonly trace: Trace; readonly logs: ReadonlyMap<string, Log> }) {
  const { traceId, dag } = trace;
  const permalink = (): string => location.href;
  const grpcurl = (): string => {
    const method = dag === null ? 'GetLogsByTraceId' : 'GetDagByTraceId';
    const body = JSON.stringify({ trace_id: traceId }).replaceAll("'", "'\\''");
    return `grpcurl -plaintext -d '${body}' ${location.hostname}:50051 query.QueryService/${method}`;
  };
  return (
    <div className="actions" role="group" aria-label="Copy">
      <CopyButton label="Link" title="Copy a link to what is shown" text={permalink} />
      <CopyButton
        label="grpcurl"
        title="Copy the command that asks the same over gRPC (port 50051 unless configured)"
        text={grpcurl}
      />
      {dag !== null && (
        <CopyButton
          label="Mermaid"
          title="Copy the graph as Mermaid text"
          text={() => getText(`traces/${part(traceId)}/dag.mmd`)}
        />
      )}
      <CopyButton label="Report" title="Copy a short report in Markdown" text={() => reportOf(trace, logs, location.href)} />
    </div>
  );
}
