import { memo, type KeyboardEvent } from 'react';
import type { Instant } from '#domain';
import type { Box, Point } from '#pictures';
import { BOX_HEIGHT, BOX_WIDTH } from '../../graph/boxes.js';
import { duration } from '../../time/instants.js';
import { counted, RoleShape, serviceStyle } from '../../ui/marks.js';

interface DagBoxProps {
  readonly box: Box;
  readonly index: number;
  readonly corner: Point;
  readonly start: Instant;
  /** The one box that Tab reaches; arrow keys go on from there. */
  readonly focusable: boolean;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** One box of the error graph. What it is to the failure is told by its shape and by a word. */
export const DagBox = memo(DrawnBox, (old, now) =>
  (['box', 'corner', 'focusable', 'chosen'] as const).every((name) => old[name] === now[name]),
);

function DrawnBox({ box, index, corner, start, focusable, chosen, onChoose }: DagBoxProps) {
  const { name, second, third } = textOf(box, start);
  const role = roleOf(box);
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    onChoose();
  };
  const healthy = box.kind === 'span' && role === '' && box.node.errorCount === 0;
  const classes = ['box', `box-${box.kind}`, role !== '' && `box-${role}`, healthy && 'box-healthy', chosen && 'box-chosen'];
  return (
    <g
      className={classes.filter(Boolean).join(' ')}
      transform={`translate(${corner.x} ${corner.y})`}
      data-box={index}
      role="button"
      tabIndex={focusable ? 0 : -1}
      aria-pressed={chosen}
      onClick={onChoose}
      onKeyDown={press}
    >
      {box.kind === 'group' && <rect className="box-behind" x={5} y={5} width={BOX_WIDTH} height={BOX_HEIGHT} rx={7} />}
      <rect className="box-focus" x={-5} y={-5} width={BOX_WIDTH + 10} height={BOX_HEIGHT + 10} rx={11} />
      <rect className="box-frame" width={BOX_WIDTH} height={BOX_HEIGHT} rx={7} />
      {role === 'cause' && <rect className="box-inner" x={4} y={4} width={BOX_WIDTH - 8} height={BOX_HEIGHT - 8} rx={4} />}
      {box.kind === 'span' && (
        <rect
          className="box-service"
          style={serviceStyle(box.node.service)}
          x={10}
          y={13}
          width={4}
          height={BOX_HEIGHT - 26}
          rx={2}
        />
      )}
      <text className="box-name" x={22} y={24}>
        {cut(name, role === '' ? 26 : 18)}
      </text>
      <text className="box-second" x={22} y={41}>
        {cut(second, 33)}
      </text>
      <text className="box-third" x={22} y={56}>
        {cut(third, 29)}
      </text>
      {role !== '' && (
        <g className={`box-role role-${role}`} transform={`translate(${BOX_WIDTH - 12} 12)`}>
          <text x={-17} y={10} textAnchor="end">
            {role}
          </text>
          <g transform="translate(-12 0)">
            <RoleShape role={role} />
          </g>
        </g>
      )}
    </g>
  );
}

type BoxRole = 'cause' | 'origin' | 'propagated' | 'suspect' | '';

function roleOf(box: Box): BoxRole {
  if (box.kind !== 'span') return '';
  return box.cause?.place === 1 ? 'cause' : box.node.role;
}

interface BoxText {
  readonly name: string;
  readonly second: string;
  readonly third: string;
}

function textOf(box: Box, start: Instant): BoxText {
  if (box.kind === 'missing') return { name: 'not recorded', second: 'this parent sent nothing', third: box.spanId };
  if (box.kind === 'group') {
    const part = box.erring === 0 ? 'all healthy' : `${box.erring} with a part in the failure`;
    return { name: `${counted(box.spans, 'more span')}`, second: part, third: 'press to show more' };
  }
  const { node } = box;
  const errors = node.errorCount > 0 ? counted(node.errorCount, 'error') : counted(node.logCount, 'record');
  return {
    name: node.service === '' ? '(no service)' : node.service,
    second: `${node.level} · ${errors} · +${duration(Math.max(0, millisAfter(start, node.firstTime)))}`,
    third: node.synthetic ? 'errors without a span' : node.id,
  };
}

function millisAfter(start: Instant, time: Instant): number {
  return (time.seconds - start.seconds) * 1_000 + (time.nanos - start.nanos) / 1e6;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
