import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Dag } from '../../api/types.js';
import { ArrowTips } from '../../graph/arrow-tips.js';
import type { GraphPicture, LayoutQuestion } from '../../graph/layout-messages.js';
import { isDirection, nearest, pathOf } from '../../graph/nearest.js';
import { useLayout } from '../../graph/use-layout.js';
import { Viewport, type ViewportHandle } from '../../graph/viewport.js';
import { BOX_HEIGHT, BOX_WIDTH } from '../../graph/boxes.js';
import { Failed, Loading, Partial } from '../../ui/states.js';
import { DagBox } from './dag-box.js';

const STEPS = [100, 400, 2_000] as const;

interface DagGraphProps {
  readonly dag: Dag;
  /** The chosen span; empty: none. */
  readonly spanId: string;
  readonly onChoose: (spanId: string) => void;
}

/** The error DAG: from caller to callee, the way to the failure and its causes marked. */
export function DagGraph({ dag, spanId, onChoose }: DagGraphProps) {
  const [step, setStep] = useState(0);
  const maxSpans = STEPS[step] ?? STEPS[0];
  const question = useMemo((): LayoutQuestion => ({ kind: 'dag', dag, maxSpans }), [dag, maxSpans]);
  const { picture, fault } = useLayout(question);
  if (fault !== null) return <Failed error={new Error(`The graph could not be drawn: ${fault}`)} />;
  if (picture === null) return <Loading rows={7} label="Drawing the error graph" />;
  const more = dag.nodes.length > maxSpans && step + 1 < STEPS.length;
  return (
    <>
      <Graph picture={picture} dag={dag} spanId={spanId} onChoose={onChoose} onMore={() => more && setStep(step + 1)} />
      <GraphLegend />
      {picture.notes.length > 0 && (
        <Partial>
          {picture.notes.join('. ')}.{' '}
          {more && (
            <button type="button" className="button-text" onClick={() => setStep(step + 1)}>
              Show more spans
            </button>
          )}
        </Partial>
      )}
    </>
  );
}

interface GraphProps extends DagGraphProps {
  readonly picture: GraphPicture;
  readonly onMore: () => void;
}

function Graph({ picture, dag, spanId, onChoose, onMore }: GraphProps) {
  const { boxes, arrows, layout, start } = picture;
  const viewport = useRef<ViewportHandle>(null);
  const group = useRef<SVGGElement>(null);
  const first = Math.max(
    0,
    boxes.findIndex((box) => box.kind === 'span' && box.cause !== null),
  );
  const [at, setAt] = useState(first);
  const active = at < boxes.length ? at : first;
  const focus = layout.corners[first];

  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onChoose('');
    else if (isDirection(event.key)) {
      const next = nearest(layout.corners, active, event.key);
      const corner = next === null ? undefined : layout.corners[next];
      if (next === null || corner === undefined) return;
      setAt(next);
      viewport.current?.show(corner.x, corner.y, BOX_WIDTH, BOX_HEIGHT);
      group.current?.querySelector<SVGGElement>(`[data-box="${next}"]`)?.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
  };
  return (
    <Viewport
      ref={viewport}
      width={layout.width}
      height={layout.height}
      focus={focus && { x: focus.x + BOX_WIDTH / 2, y: focus.y + BOX_HEIGHT / 2 }}
      label={`Error graph of ${dag.spanCount} spans. Arrow keys move between spans, Enter chooses one.`}
      onKeyDown={move}
    >
      <g ref={group}>
        {arrows.map(({ source, target, kind, failing }, i) => (
          <path
            key={`${kind} ${source} ${target}`}
            className={`arrow arrow-${kind}${failing ? ' arrow-failing' : ''}`}
            d={pathOf(layout.ways[i] ?? [], layout.down)}
            markerEnd={failing ? 'url(#tip-failing)' : 'url(#tip)'}
          />
        ))}
        {boxes.map((box, i) => {
          const corner = layout.corners[i];
          if (corner === undefined) return null;
          const id = box.kind === 'span' ? box.node.id : '';
          return (
            <DagBox
              key={i}
              box={box}
              index={i}
              corner={corner}
              start={start}
              focusable={i === active}
              chosen={id !== '' && id === spanId}
              onChoose={() => {
                setAt(i);
                if (box.kind === 'span') onChoose(id === spanId ? '' : id);
                else if (box.kind === 'group') onMore();
              }}
            />
          );
        })}
      </g>
      <ArrowTips />
    </Viewport>
  );
}

function GraphLegend() {
  return (
    <p className="graph-legend">
      <span>
        <i className="legend-line legend-failing" /> the way of the failure
      </span>
      <span>
        <i className="legend-line" /> call
      </span>
      <span>
        <i className="legend-line legend-link" /> link
      </span>
    </p>
  );
}
