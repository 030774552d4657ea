import type { Dag, Log, RootCause } from '../../api/types.js';
import { LevelMark, RoleMark, Service } from '../../ui/marks.js';
import { Time } from '../../ui/time.js';

interface CauseCardProps {
  readonly dag: Dag;
  /** Records that are loaded, by id: the line that each cause names. */
  readonly logs: ReadonlyMap<string, Log>;
  readonly onOpen: (cause: RootCause) => void;
}

/** Where the failure began, in one sentence, with what says so and the line to read. */
export function CauseCard({ dag, logs, onOpen }: CauseCardProps) {
  const [first, ...others] = dag.rootCauses;
  if (first === undefined) return null;
  return (
    <section className="cause" aria-labelledby="cause">
      <h2 id="cause" className="cause-title">
        <RoleMark role={first.role} cause />
        <span>
          {sentenceOf(first)} <Service name={first.service} />
        </span>
      </h2>
      <Evidence cause={first} />
      <Line cause={first} log={logs.get(first.logId)} onOpen={onOpen} />
      {others.length > 0 && (
        <details className="cause-others">
          <summary>{others.length === 1 ? 'One more possible cause' : `${others.length} more possible causes`}</summary>
          <ol start={2}>
            {others.map((cause) => (
              <li key={cause.spanId}>
                <p className="cause-other">
                  <RoleMark role={cause.role} /> <Service name={cause.service} />
                </p>
                <Evidence cause={cause} />
                <Line cause={cause} log={logs.get(cause.logId)} onOpen={onOpen} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

/** What the rule says, for people; the evidence says the rest. */
const SENTENCES: Readonly<Record<string, string>> = {
  'gave-up': 'A caller gave up waiting for',
  'lost-callee': 'The connection was lost to',
  'failed-callee': 'Without logging an error, a failure came from',
  'silent-peer': 'It could not reach a peer:',
  crash: 'It crashed:',
  'retries-exhausted': 'Every attempt failed in',
  'async-consumer': 'Work that was handed over failed in',
  'deepest-error': 'It began in',
  handled: 'It began, and was handled, in',
  'no-span': 'It began in a record without a span of',
};

function sentenceOf({ rule }: RootCause): string {
  return SENTENCES[rule] ?? 'It began in';
}

function Evidence({ cause }: { readonly cause: RootCause }) {
  const [, text = cause.evidence] = /^(.*?)\s*\[[\w-]+\]$/s.exec(cause.evidence) ?? [];
  return (
    <p className="cause-evidence">
      {text}{' '}
      <span className="cause-rule" title="The rule that found it; docs/error-dag.md explains each">
        {cause.rule}
      </span>
    </p>
  );
}

interface LineProps {
  readonly cause: RootCause;
  readonly log: Log | undefined;
  readonly onOpen: (cause: RootCause) => void;
}

function Line({ cause, log, onOpen }: LineProps) {
  if (cause.logId === '') return null;
  return (
    <button type="button" className="cause-line" onClick={() => onOpen(cause)}>
      {log === undefined ? (
        <span className="quiet">Open the line that says so</span>
      ) : (
        <>
          <Time value={log.timestamp} />
          <LevelMark level={log.level} />
          <span className="cause-message">{log.message}</span>
        </>
      )}
    </button>
  );
}
