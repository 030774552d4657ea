import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from '../../api/problem.js';
import { LogRows } from '../../records/log-rows.js';
import { go, usePlace, urlOf, urlWith } from '../../router.js';
import { Link } from '../../ui/links.js';
import { count } from '../../ui/marks.js';
import { Empty, Failed, Partial } from '../../ui/states.js';
import { QueryBox } from '../logs/query-box.js';
import { EMPTY_TAIL, KEPT, TailFeed, type TailState } from './tail-feed.js';

const FROMS = [
  { from: '', label: 'From now' },
  { from: '-5m', label: 'From 5 minutes ago' },
  { from: '-1h', label: 'From an hour ago' },
];
const SUGGESTED = { from: '-15m', to: '' };

/** Records as they are stored. Scrolling away holds the list still; what comes meanwhile is counted. */
export function Tail() {
  const { parameters } = usePlace();
  const q = parameters.get('q') ?? '';
  const from = parameters.get('from') ?? '';
  const [state, setState] = useState<TailState>(EMPTY_TAIL);
  const [held, setHeld] = useState<TailState | null>(null);
  // Each time it goes on is told apart by a number: its list begins anew, at the newest.
  const [resumed, setResumed] = useState(0);
  const [opened, setOpened] = useState('');
  useEffect(() => {
    setState(EMPTY_TAIL);
    setHeld(null);
    const feed = new TailFeed({ q, from }, setState);
    return () => feed.stop();
  }, [q, from]);
  // The scroll listener must not be made anew with every record.
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  }, [state]);
  const scrolled = useCallback((atTop: boolean) => {
    // What is being read must not move away under the reader's eyes.
    if (!atTop) setHeld((old) => old ?? latest.current);
  }, []);
  const shown = held ?? state;
  const waiting = state.received - shown.received;
  // At thousands a second a row would be gone between the press of a button and its release, and no click would reach it.
  const hold = (): void => setHeld((old) => old ?? state);
  const open = (id: string): void => {
    setOpened(id);
    if (id !== '') hold();
  };
  const resume = (): void => {
    setHeld(null);
    setOpened('');
    setResumed((times) => times + 1);
  };
  return (
    <div className="view view-logs">
      <div className="view-head">
        <h1 className="view-title">Live</h1>
        <Phase state={state} held={held !== null} />
        <div className="actions">
          <button
            type="button"
            className={held === null ? 'button' : 'button button-main'}
            onClick={held === null ? hold : resume}
          >
            {held === null ? 'Pause' : waiting > 0 ? `Resume, ${count(waiting)} new` : 'Resume'}
          </button>
          <select
            className="select"
            aria-label="Where to begin"
            value={from}
            onChange={({ target }) => go(urlWith({ from: target.value }))}
          >
            {FROMS.map((one) => (
              <option key={one.from} value={one.from}>
                {one.label}
              </option>
            ))}
          </select>
          <Link className="button" to={urlOf(['logs'], { q })}>
            Search instead
          </Link>
        </div>
      </div>
      <QueryBox value={q} range={SUGGESTED} onSubmit={(next) => go(urlWith({ q: next }), { replace: true })} />
      {state.missed > 0 && (
        <Partial>
          {count(state.missed)} records came faster than this page could take them, and are not shown here.{' '}
          <Link to={urlOf(['logs'], { q })}>Search has them all</Link>
        </Partial>
      )}
      <section className="panel panel-logs panel-tail" aria-label="Records as they come">
        {state.phase === 'refused' && <Refused error={state.error} />}
        {state.phase !== 'refused' && shown.logs.length === 0 && (
          <Empty
            title={
              state.phase === 'live'
                ? 'Waiting for records'
                : state.phase === 'waiting'
                  ? 'Trying to reach Rootspan'
                  : 'Connecting'
            }
          >
            {state.phase === 'waiting' ? state.error?.message : 'They appear here as soon as they are stored, the newest on top.'}
          </Empty>
        )}
        {shown.logs.length > 0 && (
          <LogRows
            key={`${q} ${from} ${resumed}`}
            logs={shown.logs}
            label="Records, newest first"
            opened={opened}
            onOpen={open}
            onScrolled={scrolled}
            onTouch={hold}
            onFilter={(condition) => go(urlWith({ q: `${q} ${condition}`.trim() }), { replace: true })}
          />
        )}
        {shown.logs.length === KEPT && <Partial>The newest {count(KEPT)} are kept here.</Partial>}
      </section>
    </div>
  );
}

function Phase({ state, held }: { readonly state: TailState; readonly held: boolean }) {
  const word = held
    ? 'paused'
    : { connecting: 'connecting', live: 'live', waiting: 'reconnecting', refused: 'stopped' }[state.phase];
  return (
    <p className="tail-phase">
      <span className={`tail-dot tail-${word}`} aria-hidden="true" />
      <span role="status">{word}</span>
      <span className="quiet">
        {state.rate >= 10 ? count(Math.round(state.rate)) : state.rate.toFixed(1)} records/s, {count(state.received)} received
      </span>
    </p>
  );
}

function Refused({ error }: { readonly error: Error | null }) {
  if (error instanceof Problem && error.status === 404) {
    return (
      <Empty title="This server does not serve live tail">
        Its version is older than this page: search shows the newest records.
      </Empty>
    );
  }
  return <Failed error={error} />;
}
