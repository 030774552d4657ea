import { useState } from 'react';
import { getJson, part } from '../api/client.js';
import { readTrace } from '../api/read.js';
import type { Log, Trace } from '../api/types.js';
import { go, urlOf } from '../router.js';
import { CopyButton } from '../ui/copy.js';
import { Link } from '../ui/links.js';
import { attributeCondition, attributesOf, jsonEntries, quoted } from './columns.js';
import { ContextDialog } from './context-dialog.js';

interface LogDetailProps {
  readonly log: Log;
  readonly inTrace: boolean;
  readonly onFilter?: ((condition: string) => void) | undefined;
}

/** A whole record, and where one can go from it. */
export function LogDetail({ log, inTrace, onFilter }: LogDetailProps) {
  const [context, setContext] = useState(false);
  const attributes = attributesOf(log);
  const resource = jsonEntries(log.resourceJson);
  return (
    <div className="log-detail">
      <pre className="message-block">{log.message || '(no message)'}</pre>
      <div className="actions">
        {log.traceId !== '' && !inTrace && (
          <Link className="button" to={urlOf(['traces', log.traceId], { span: log.spanId, log: log.id })}>
            Same trace
          </Link>
        )}
        {log.traceId !== '' && <PatternButton traceId={log.traceId} />}
        <button type="button" className="button" onClick={() => setContext(true)}>
          Context ±50
        </button>
        <CopyButton label="Copy JSON" text={() => JSON.stringify(log, null, 2)} />
      </div>
      <dl className="fields">
        <Field name="time" value={`${log.timestamp} (UTC)`} />
        <Field name="service" value={log.service} condition={`service:${quoted(log.service)}`} onFilter={onFilter} />
        <Field name="trace" value={log.traceId} condition={`trace:${quoted(log.traceId)}`} onFilter={onFilter} />
        <Field name="span" value={log.spanId} condition={`span:${quoted(log.spanId)}`} onFilter={onFilter} />
        <Field name="parent" value={log.parentId} />
        <Field name="event" value={log.event} />
        <Field name="scope" value={log.scope} />
        {log.severityText !== '' && <Field name="severity" value={log.severityText} />}
        <Field name="received" value={log.receivedAt === '' ? '' : `${log.receivedAt} (UTC)`} />
      </dl>
      {attributes.length > 0 && (
        <>
          <h3 className="fields-title">Attributes</h3>
          <dl className="fields">
            {attributes.map(([name, value]) => (
              <Field key={name} name={name} value={value} condition={attributeCondition(name, value)} onFilter={onFilter} />
            ))}
          </dl>
        </>
      )}
      {resource.length > 0 && (
        <>
          <h3 className="fields-title">Resource</h3>
          <dl className="fields">
            {resource.map(([name, value]) => (
              <Field key={name} name={name} value={value} />
            ))}
          </dl>
        </>
      )}
      {context && <ContextDialog log={log} onClose={() => setContext(false)} />}
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: string;
  readonly condition?: string;
  readonly onFilter?: ((condition: string) => void) | undefined;
}

function Field({ name, value, condition, onFilter }: FieldProps) {
  if (value === '') return null;
  return (
    <div className="field">
      <dt>{name}</dt>
      <dd>
        <span className="field-value">{value}</span>
        {condition !== undefined && onFilter !== undefined && (
          <span className="field-filters">
            <button
              type="button"
              className="button-text"
              onClick={() => onFilter(condition)}
              aria-label={`Only records with ${condition}`}
            >
              only
            </button>
            <button
              type="button"
              className="button-text"
              onClick={() => onFilter(`-${condition}`)}
              aria-label={`No records with ${condition}`}
            >
              without
            </button>
          </span>
        )}
      </dd>
    </div>
  );
}

/** A trace knows its pattern once its DAG is built: asked when it is wanted. */
function PatternButton({ traceId }: { readonly traceId: string }) {
  const [said, setSaid] = useState('');
  const open = async (): Promise<void> => {
    try {
      const { dag, dagState } = readTrace(await getJson<Trace>(`traces/${part(traceId)}`, {}));
      if (dag !== null && dag.patternId !== '') go(urlOf(['patterns', dag.patternId]));
      else setSaid(dagState === 'pending' ? 'Its trace is being analysed' : 'Its trace has no error');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void open()}>
        Same pattern
      </button>
      {said !== '' && (
        <span className="quiet" role="status">
          {said}
        </span>
      )}
    </>
  );
}
