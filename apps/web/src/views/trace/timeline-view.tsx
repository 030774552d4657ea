import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Dag, Log, Span } from '../../api/types.js';
import { duration } from '../../time/instants.js';
import { RoleShape, Service, serviceStyle } from '../../ui/marks.js';
import { lanesOf, timelineOf, type TimelineRow } from './timeline-rows.js';

const ROW = 26;
const MOST_ROWS = 14;
/** A bar's length stands beside it where there is room. */
const ROOM_RIGHT = 0.86;
const ROOM_LEFT = 0.14;
const MARKS = [0, 0.25, 0.5, 0.75, 1];

interface TimelineViewProps {
  readonly logs: readonly Log[];
  readonly spans: readonly Span[];
  readonly dag: Dag | null;
  readonly spanId: string;
  readonly onChoose: (spanId: string) => void;
}

/** Spans over time: bars, the records that they logged as marks. Lanes by service in place of spans on request. */
export function TimelineView({ logs, spans, dag, spanId, onChoose }: TimelineViewProps) {
  const [lanes, setLanes] = useState(false);
  const timeline = useMemo(() => timelineOf(logs, spans, dag), [logs, spans, dag]);
  const lines = useMemo((): readonly (readonly TimelineRow[])[] => {
    return lanes ? lanesOf(timeline).map(({ rows }) => rows) : timeline.rows.map((row) => [row]);
  }, [lanes, timeline]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const chosen = lanes ? -1 : timeline.rows.findIndex((row) => row.spanId !== '' && row.spanId === spanId);
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: 'auto' });
  }, [chosen, virtual]);
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || lanes) return;
    event.preventDefault();
    const next = timeline.rows[Math.min(timeline.rows.length - 1, Math.max(0, chosen + step))];
    if (next !== undefined) onChoose(next.spanId);
  };
  const measured = timeline.rows.some((row) => row.measured);
  const ms = timeline.length / 1e6;
  return (
    <section className="panel" aria-labelledby="timeline">
      <div className="panel-head">
        <h2 id="timeline">{measured ? 'Waterfall' : 'Timeline'}</h2>
        <span className="quiet">
          {duration(ms)}
          {measured ? '' : ', from first to last record'}
        </span>
        <div className="segments" role="group" aria-label="Rows">
          {[false, true].map((byService) => (
            <button
              key={String(byService)}
              type="button"
              className="segment"
              aria-pressed={lanes === byService}
              onClick={() => setLanes(byService)}
            >
              {byService ? 'Services' : 'Spans'}
            </button>
          ))}
        </div>
      </div>
      <div className="lanes-axis" aria-hidden="true">
        <span />
        <span className="lanes-marks">
          {MARKS.map((mark) => (
            <span key={mark} style={{ insetInlineStart: `${mark * 100}%` }}>
              {mark === 0 ? '0' : duration(mark * ms)}
            </span>
          ))}
        </span>
      </div>
      <div
        ref={scroll}
        className="lanes"
        style={{ blockSize: Math.min(MOST_ROWS, Math.max(1, lines.length)) * ROW + 4 }}
        tabIndex={0}
        role="group"
        aria-label="Spans over time. Arrow keys choose a span."
        onKeyDown={press}
      >
        <div className="lanes-all" style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = lines[index] ?? [];
            const [row] = line;
            if (row === undefined) return null;
            return (
              <Lane
                key={lanes ? row.service : row.key}
                rows={line}
                lane={lanes}
                length={timeline.length}
                top={start}
                chosen={index === chosen}
                onChoose={onChoose}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}

interface LaneProps {
  readonly rows: readonly TimelineRow[];
  readonly lane: boolean;
  readonly length: number;
  readonly top: number;
  readonly chosen: boolean;
  readonly onChoose: (spanId: string) => void;
}

/** Bars of a service's lane are drawn up to so many: more lie on each other. */
const MOST_BARS = 300;

function Lane({ rows, lane, length, top, chosen, onChoose }: LaneProps) {
  const [row] = rows;
  if (row === undefined) return null;
  const percent = (value: number): string => `${(value / length) * 100}%`;
  const shown = rows.slice(0, MOST_BARS);
  const took = duration((row.end - row.start) / 1e6);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={chosen ? 'lane lane-chosen' : 'lane'}
      style={{ ...serviceStyle(row.service), transform: `translateY(${top}px)` }}
      aria-pressed={chosen}
      onClick={() => onChoose(chosen || lane ? '' : row.spanId)}
    >
      <span className="lane-name" style={{ paddingInlineStart: `${Math.min(lane ? 0 : row.depth, 12) * 11 + 6}px` }}>
        <Service name={row.service} />
        {!lane && <RoleShape role={row.role} size={10} />}
        <span className="lane-label">{lane ? `${rows.length}` : row.label}</span>
      </span>
      <span className="lane-track">
        {shown.map(({ key, start, end, failed, measured }) => (
          <span
            key={key}
            className={`lane-bar${failed ? ' lane-failed' : ''}${measured ? '' : ' lane-derived'}`}
            style={{ insetInlineStart: percent(start), inlineSize: `max(3px, ${percent(end - start)})` }}
          />
        ))}
        {shown.flatMap(({ key, ticks }) =>
          ticks.map(({ at, level }) => (
            <span key={`${key} ${at}`} className={`lane-tick lane-${level}`} style={{ insetInlineStart: `${at * 100}%` }} />
          )),
        )}
        {!lane && row.end > row.start && (row.end < ROOM_RIGHT * length || row.start > ROOM_LEFT * length) && (
          <span
            className="lane-took"
            style={
              row.end > ROOM_RIGHT * length
                ? { insetInlineEnd: `calc(100% - ${percent(row.start)} + 5px)` }
                : { insetInlineStart: `calc(${percent(row.end)} + 6px)` }
            }
          >
            {took}
          </span>
        )}
      </span>
    </button>
  );
}
