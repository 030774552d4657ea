import { Dag, DagNode, QueryLog, RootCause } from '#proto';
import { emptyOf } from '../session.js';
import { COLOURED, PLAIN } from '../palette.js';
import { traceLines, type TraceToShow } from './trace-lines.js';

const log = (fields: Partial<QueryLog>): QueryLog => ({ ...emptyOf(QueryLog), level: 'info', ...fields });
const node = (fields: Partial<DagNode>): DagNode => ({ ...emptyOf(DagNode), ...fields });

const LOGS = [
  log({ spanId: 'a', service: 'gateway', message: 'POST /orders', timestamp: '2025-04-16T14:30:00Z' }),
  log({ spanId: 'b', parentId: 'a', service: 'orders', message: 'reserve', timestamp: '2025-04-16T14:30:00.010Z' }),
  log({
    spanId: 'c',
    parentId: 'b',
    service: 'inventory',
    level: 'error',
    message: 'deadlock detected\n  at Lock.acquire',
    attributes: { table: 'stock items' },
    timestamp: '2025-04-16T14:30:00.250Z',
  }),
  log({ spanId: 'd', parentId: 'a', service: 'mail', level: 'warn', message: 'queued', timestamp: '2025-04-16T14:30:00.300Z' }),
  log({ spanId: 'b', parentId: 'a', service: 'orders', level: 'error', message: 'failed', timestamp: '2025-04-16T14:30:01Z' }),
  log({ service: 'cron', message: 'tick', timestamp: '2025-04-16T14:30:01.500Z' }),
];
const DAG: Dag = {
  ...emptyOf(Dag),
  traceId: 't1',
  rootCauses: [
    {
      ...emptyOf(RootCause),
      spanId: 'c',
      service: 'inventory',
      role: 'origin',
      rule: 'deepest-error',
      evidence: 'inventory failed first on this path: "deadlock detected"; nothing that it called explains it.',
    },
  ],
  nodes: [
    node({ spanId: 'a', service: 'gateway' }),
    node({ spanId: 'b', parentId: 'a', service: 'orders', errorCount: 1, role: 'propagated' }),
    node({ spanId: 'c', parentId: 'b', service: 'inventory', errorCount: 1, role: 'origin' }),
    node({ spanId: 'd', parentId: 'a', service: 'mail' }),
  ],
  errorCount: 1,
  spanCount: 4,
  logCount: 6,
  services: ['gateway', 'inventory', 'mail', 'orders'],
  patternId: 'f00d',
};
const FAILED: TraceToShow = { traceId: 't1', dag: DAG, whyNoDag: '', logs: LOGS, isWhole: true };

const text = (trace: TraceToShow, palette = PLAIN): string => [...traceLines(trace, palette, 80)].join('\n');

describe('A trace for people', () => {
  it('shows the cause with its evidence first, then the spans under their callers with their records', () => {
    expect(text(FAILED)).toBe(`Trace t1  failed: 1 error  4 spans of 4 services, 6 records, 1.500 s from 2025-04-16T14:30:00Z

Cause inventory c (origin, deepest-error)
  inventory failed first on this path: "deadlock detected"; nothing that it
  called explains it.
  seen before? rootspan pattern f00d

gateway a
│ +0.000s INFO  POST /orders
├─ orders b propagated
│  │ +0.010s INFO  reserve
│  │ +1.000s ERROR failed
│  └─ inventory c <== cause 1 (origin)
│       +0.250s ERROR deadlock detected table="stock items"
│             at Lock.acquire
└─ mail d
     +0.300s WARN  queued

records without a span
  cron +1.500s INFO  tick`);
  });

  it('shows a trace without an error as its records tell it, and why there is no DAG', () => {
    const logs = LOGS.slice(0, 2).map((one) => ({ ...one, parentId: one.spanId === 'a' ? 'lost' : one.parentId }));
    const shown = text({ traceId: 't1', dag: null, whyNoDag: 'Trace "t1" has no error.', logs, isWhole: true });
    expect(shown).toBe(`Trace t1  2 spans of 2 services, 2 records, 0.010 s from 2025-04-16T14:30:00Z
No error DAG: Trace "t1" has no error.

gateway a (its caller lost sent nothing)
│ +0.000s INFO  POST /orders
└─ orders b
     +0.010s INFO  reserve`);
  });

  it('is the same text with colours as without them', () => {
    const coloured = text(FAILED, COLOURED);
    expect(coloured).toContain('\u001b[31m');
    // eslint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(text(FAILED));
  });

  it('never lets a record command the terminal', () => {
    const evil = '\u001b]0;title\u0007\u009b2J\u202e';
    const logs = LOGS.map((one) => ({ ...one, message: evil, service: evil, attributes: { [evil]: evil } }));
    // eslint-disable-next-line no-control-regex
    expect(text({ ...FAILED, traceId: evil, logs })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
