import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { serviceMapQuery } from '../../api/queries.js';
import type { ServiceMap } from '../../api/types.js';
import { ArrowTips } from '../../graph/arrow-tips.js';
import { BOX_HEIGHT, BOX_WIDTH } from '../../graph/boxes.js';
import type { GraphPicture, LayoutQuestion } from '../../graph/layout-messages.js';
import { isDirection, nearest, pathOf } from '../../graph/nearest.js';
import { useLayout } from '../../graph/use-layout.js';
import { Viewport, type ViewportHandle } from '../../graph/viewport.js';
import { quoted } from '../../records/columns.js';
import { go, urlOf } from '../../router.js';
import { followsNow, rangeText, useRange } from '../../time/range.js';
import { Link } from '../../ui/links.js';
import { count, counted, Service, serviceStyle } from '../../ui/marks.js';
import { RangePicker } from '../../ui/range-picker.js';
import { Empty, Failed, Loading, Partial } from '../../ui/states.js';

/** Which services called which, and what failed, over a chosen time. */
export function ServiceMapPage() {
  const range = useRange();
  const map = useQuery(serviceMapQuery(range.from, range.to, followsNow(range)));
  return (
    <div className="view">
      <div className="view-head">
        <h1 className="view-title">Service map</h1>
        <RangePicker range={range} />
      </div>
      {map.isPending && <Loading rows={10} />}
      {map.isError && map.data === undefined && <Failed error={map.error} onRetry={() => void map.refetch()} />}
      {map.data !== undefined && map.data.services.length === 0 && (
        <Empty title={`No service sent anything: ${rangeText(range).toLowerCase()}`}>Choose a longer range.</Empty>
      )}
      {map.data !== undefined && map.data.services.length > 0 && <Whole map={map.data} from={range.from} />}
    </div>
  );
}

function Whole({ map, from }: { readonly map: ServiceMap; readonly from: string }) {
  // Counts change with every answer; the drawing only when there are others to draw.
  const shape = JSON.stringify([
    map.services.map(({ service }) => service),
    map.calls.map(({ source, target }) => [source, target]),
  ]);
  const question = useMemo((): LayoutQuestion => {
    const [nodes, edges] = JSON.parse(shape) as [string[], [string, string][]];
    return { kind: 'names', nodes, edges };
  }, [shape]);
  const { picture, fault } = useLayout(question);
  return (
    <>
      <section className="panel" aria-label="Map">
        {fault !== null && <Failed error={new Error(`The map could not be drawn: ${fault}`)} />}
        {picture === null && fault === null && <Loading rows={8} label="Drawing the map" />}
        {picture !== null && <Drawing picture={picture} map={map} from={from} />}
        {map.share < 1 && <Partial>Estimated from {(map.share * 100).toPrecision(2)} % of the records.</Partial>}
      </section>
      <section className="panel" aria-labelledby="calls">
        <div className="panel-head">
          <h2 id="calls">Calls</h2>
        </div>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Caller</th>
              <th scope="col">Called</th>
              <th scope="col" className="table-number">
                Calls
              </th>
              <th scope="col" className="table-number">
                Failed
              </th>
            </tr>
          </thead>
          <tbody>
            {map.calls
              .toSorted((a, b) => b.failures - a.failures || b.calls - a.calls)
              .map(({ source, target, calls, failures }) => (
                <tr key={`${source} ${target}`}>
                  <td>
                    <Service name={source} />
                  </td>
                  <td>
                    <Service name={target} />
                  </td>
                  <td className="table-number">{count(calls)}</td>
                  <td className={failures > 0 ? 'table-number share-bad' : 'table-number'}>{share(failures, calls)}</td>
                </tr>
              ))}
          </tbody>
        </table>
        {map.calls.length === 0 && <Empty title="No service called another">Records name their parent span for that.</Empty>}
        <p className="panel-foot">
          <Link to={urlOf(['patterns'])}>What fails, by its cause</Link>
        </p>
      </section>
    </>
  );
}

interface DrawingProps {
  readonly picture: GraphPicture;
  readonly map: ServiceMap;
  readonly from: string;
}

function Drawing({ picture, map, from }: DrawingProps) {
  const { layout, boxes, arrows } = picture;
  const viewport = useRef<ViewportHandle>(null);
  const group = useRef<SVGGElement>(null);
  const [at, setAt] = useState(0);
  const calls = map.calls.toSorted((a, b) => b.calls - a.calls);
  const most = Math.max(1, calls[0]?.calls ?? 1);
  const nameOf = (index: number): string => {
    const box = boxes[index];
    return box?.kind === 'missing' ? box.spanId : '';
  };
  const openLogs = (service: string, failures: number): void =>
    go(
      urlOf(['logs'], {
        q: `service:${quoted(service)}${failures > 0 ? ' level>=error' : ''}`,
        from: from === '-1h' ? null : from,
      }),
    );
  const move = (event: KeyboardEvent): void => {
    if (!isDirection(event.key)) return;
    event.preventDefault();
    const next = nearest(layout.corners, at, event.key);
    const corner = next === null ? undefined : layout.corners[next];
    if (next === null || corner === undefined) return;
    setAt(next);
    viewport.current?.show(corner.x, corner.y, BOX_WIDTH, BOX_HEIGHT);
    group.current?.querySelector<SVGGElement>(`[data-box="${next}"]`)?.focus({ preventScroll: true });
  };
  return (
    <Viewport
      ref={viewport}
      width={layout.width}
      height={layout.height}
      label={`Map of ${counted(boxes.length, 'service')}. Arrow keys move, Enter shows the logs.`}
      onKeyDown={move}
    >
      <g ref={group}>
        {arrows.map(({ source, target }, i) => {
          const call = calls.find((one) => one.source === nameOf(source) && one.target === nameOf(target));
          const failing = (call?.failures ?? 0) > 0;
          const way = layout.ways[i] ?? [];
          const middle = way[Math.floor((way.length - 1) / 2)];
          const after = way[Math.floor((way.length - 1) / 2) + 1] ?? middle;
          return (
            <g key={`${source} ${target}`}>
              <path
                className={failing ? 'arrow arrow-failing' : 'arrow'}
                d={pathOf(way, layout.down)}
                strokeWidth={1.2 + 3 * Math.sqrt((call?.calls ?? 0) / most)}
                markerEnd={failing ? 'url(#tip-failing)' : 'url(#tip)'}
              />
              {middle !== undefined && after !== undefined && (
                <text
                  className={failing ? 'arrow-text arrow-text-failing' : 'arrow-text'}
                  x={(middle.x + after.x) / 2}
                  y={(middle.y + after.y) / 2 - 5}
                  textAnchor="middle"
                >
                  {count(call?.calls ?? 0)}
                  {failing && ` · ${count(call?.failures ?? 0)} failed`}
                </text>
              )}
            </g>
          );
        })}
        {layout.corners.map((corner, i) => {
          const name = nameOf(i);
          const own = map.services.find(({ service }) => service === name);
          const failures = own?.failures ?? 0;
          const second = `${counted(own?.spans ?? 0, 'span')}${failures > 0 ? `, ${share(failures, own?.spans ?? 0)} failed` : ''}`;
          return (
            <g
              key={name}
              className={failures > 0 ? 'box box-failing' : 'box'}
              transform={`translate(${corner.x} ${corner.y})`}
              data-box={i}
              role="link"
              tabIndex={i === at ? 0 : -1}
              onClick={() => openLogs(name, failures)}
              onKeyDown={(event) => event.key === 'Enter' && openLogs(name, failures)}
            >
              <rect className="box-focus" x={-5} y={-5} width={BOX_WIDTH + 10} height={BOX_HEIGHT + 10} rx={11} />
              <rect className="box-frame" width={BOX_WIDTH} height={BOX_HEIGHT} rx={7} />
              <rect className="box-service" style={serviceStyle(name)} x={10} y={13} width={4} height={BOX_HEIGHT - 26} rx={2} />
              <text className="box-name" x={22} y={29}>
                {name === '' ? '(no service)' : name.slice(0, 27)}
              </text>
              <text className="box-second" x={22} y={48}>
                {second}
              </text>
            </g>
          );
        })}
      </g>
      <ArrowTips />
    </Viewport>
  );
}

function share(part: number, whole: number): string {
  if (part === 0) return '0';
  return `${count(part)} (${((part / Math.max(1, whole)) * 100).toFixed(1)} %)`;
}
