import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { getJson } from '../api/client.js';
import { readLogPage } from '../api/read.js';
import type { Log } from '../api/types.js';
import { LevelMark } from '../ui/marks.js';
import { Failed, Loading } from '../ui/states.js';
import { Time } from '../ui/time.js';
import { quoted } from './columns.js';

const AROUND = 50;

/** What the same service logged right before and after a record, whatever the trace. */
async function around(log: Log, signal: AbortSignal): Promise<readonly Log[]> {
  const q = `service:${quoted(log.service)}`;
  const ask = async (query: Readonly<Record<string, string | number>>): Promise<readonly Log[]> =>
    readLogPage(await getJson('logs', { q, ...query }, signal)).logs;
  const [before, after] = await Promise.all([
    ask({ to: log.timestamp, order: 'desc', limit: AROUND }),
    // `from` takes in the record itself, and others of the same instant.
    ask({ from: log.timestamp, order: 'asc', limit: AROUND + 1 }),
  ]);
  return [...before.toReversed(), ...after];
}

export function ContextDialog({ log, onClose }: { readonly log: Log; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const query = useQuery({ queryKey: ['context', log.id], queryFn: ({ signal }) => around(log, signal) });
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    if (query.data !== undefined) dialog.current?.querySelector('.context-own')?.scrollIntoView({ block: 'center' });
  }, [query.data]);
  // Beside the table: a row is moved by a transform, in which nothing can be placed by the window.
  return createPortal(
    <dialog ref={dialog} className="dialog dialog-wide" onClose={onClose} aria-labelledby="context-title">
      <div className="dialog-head">
        <h2 id="context-title" className="dialog-title">
          {log.service}: {AROUND} records before and after
        </h2>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      {query.isPending && <Loading rows={8} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <ol className="context" tabIndex={0} aria-label="Records in the order of time">
          {query.data.map((one) => (
            <li key={one.id} className={one.id === log.id ? 'log context-own' : 'log'} aria-current={one.id === log.id}>
              <Time value={one.timestamp} />
              <LevelMark level={one.level} />
              <span className="log-message">{one.message}</span>
            </li>
          ))}
        </ol>
      )}
    </dialog>,
    document.body,
  );
}
