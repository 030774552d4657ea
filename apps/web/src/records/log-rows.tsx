import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Log } from '../api/types.js';
import { LevelMark, Service } from '../ui/marks.js';
import { Time } from '../ui/time.js';
import { valueOf } from './columns.js';
import { LogDetail } from './log-detail.js';

interface LogRowsProps {
  readonly logs: readonly Log[];
  readonly label: string;
  /** Further columns: attributes by name, or `trace` and `span`. */
  readonly columns?: readonly string[];
  /** The record that is marked and brought into view; empty: none. */
  readonly marked?: string;
  /** Opened rows say the whole record. */
  readonly opened: string;
  readonly onOpen: (id: string) => void;
  /** Adds a condition to the query, where there is one. */
  readonly onFilter?: ((condition: string) => void) | undefined;
  /** Called when the last rows come into view. */
  readonly onEnd?: () => void;
  /** Follows the newest row at the top unless the person has scrolled away. */
  readonly onScrolled?: (atTop: boolean) => void;
  /** Called when a person presses a button or a key within the rows, before anything comes of it. */
  readonly onTouch?: () => void;
  /** True within a trace's own page. */
  readonly inTrace?: boolean;
  readonly foot?: ReactNode;
}

const ROW = 24;
const NEAR_END = 20;
const NO_COLUMNS: readonly string[] = [];

/** Records, one a row, of any number: only what is in view is in the page. Arrow keys move, Enter opens. */
export function LogRows({
  logs,
  label,
  columns = NO_COLUMNS,
  marked = '',
  opened,
  onOpen,
  onFilter,
  onEnd,
  onScrolled,
  onTouch,
  inTrace = false,
  foot,
}: LogRowsProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  // A function of its own for each rendering would have all rows measured anew with each: 100,000 in every frame of a scroll.
  const keyOf = useCallback((index: number) => logs[index]?.id ?? index, [logs]);
  const virtual = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    getItemKey: keyOf,
    overscan: 14,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (logs.length > 0 && last >= logs.length - NEAR_END) onEnd?.();
  }, [last, logs.length, onEnd]);
  const at = marked === '' ? -1 : logs.findIndex(({ id }) => id === marked);
  useEffect(() => {
    if (at < 0) return;
    setActive(at);
    virtual.scrollToIndex(at, { align: 'center' });
  }, [at, marked, virtual]);
  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / ROW) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    const log = logs[active];
    if (step !== undefined) {
      onTouch?.();
      const next = Math.min(logs.length - 1, Math.max(0, active + step));
      setActive(next);
      virtual.scrollToIndex(next, { align: 'auto' });
    } else if (event.key === 'Enter' && event.target === event.currentTarget && log !== undefined) {
      onOpen(log.id === opened ? '' : log.id);
    } else if (event.key === 'Escape' && opened !== '') onOpen('');
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroll}
      className="log-rows"
      role="table"
      aria-label={label}
      aria-rowcount={logs.length}
      tabIndex={0}
      onKeyDown={press}
      onPointerDown={onTouch}
      onScroll={onScrolled && (({ currentTarget }) => onScrolled(currentTarget.scrollTop < ROW))}
    >
      <div className="log-all" role="rowgroup" style={{ blockSize: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const log = logs[index];
          if (log === undefined) return null;
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="log-place"
              role="row"
              aria-rowindex={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row
                log={log}
                columns={columns}
                active={index === active}
                marked={index === at}
                opened={log.id === opened}
                onOpen={onOpen}
              />
              {log.id === opened && (
                <div role="cell" className="log-opened">
                  <LogDetail log={log} inTrace={inTrace} onFilter={onFilter} />
                </div>
              )}
            </div>
          );
        })}
      </div>
      {foot}
    </div>
  );
}

interface RowProps {
  readonly log: Log;
  readonly columns: readonly string[];
  readonly active: boolean;
  readonly marked: boolean;
  readonly opened: boolean;
  readonly onOpen: (id: string) => void;
}

const Row = memo(function LogRow({ log, columns, active, marked, opened, onOpen }: RowProps) {
  const classes = ['log', `log-${log.level}`, active && 'log-active', marked && 'log-marked', opened && 'log-is-opened'];
  return (
    <div role="cell" className="log-cell">
      <button
        type="button"
        tabIndex={-1}
        className={classes.filter(Boolean).join(' ')}
        aria-expanded={opened}
        onClick={() => onOpen(opened ? '' : log.id)}
      >
        <Time value={log.timestamp} />
        <LevelMark level={log.level} />
        <Service name={log.service} />
        {columns.map((column) => (
          <span key={column} className="log-value" title={column}>
            {valueOf(log, column)}
          </span>
        ))}
        <span className="log-message">{log.message === '' ? <span className="quiet">(no message)</span> : log.message}</span>
      </button>
    </div>
  );
});
