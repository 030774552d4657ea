import type { ErrorDag } from '../error-dag.js';
import { buildErrorDag } from '../error-dag/build-error-dag.js';
import { scenario } from './scenarios/scenario.js';

function dagOf(text: string): ErrorDag {
  const { records, traceSpans } = scenario('', text, '', text);
  const dag = buildErrorDag(records, { traceSpans, traceId: 't' });
  if (dag === null) throw new Error('no DAG');
  return dag;
}

function roles({ nodes }: ErrorDag): Record<string, string> {
  return Object.fromEntries(nodes.map(({ id, role }) => [id, role]));
}

const GAVE_UP = `
  g gateway
    0 I POST /checkout
    3100 E payments answered 504
  p payments < g
    20 I paying
    3060 E Timed out after 3000 ms waiting for inventory
  i inventory < p
    80 I reserving items
    900 W waiting for lock on stock_items
    4200 I items reserved`;

describe('root causes', () => {
  it('count an exception that four spans logged on its way up as one error: one origin, three propagated', () => {
    const dag = dagOf(`
      a gateway
        40 E card declined
      b orders < a
        30 E card declined
      c payments < b
        20 E card declined
        21 E card declined
      d acquirer < c
        10 E card declined`);
    expect(dag.errorCount).toBe(1);
    expect(roles(dag)).toEqual({ a: 'propagated', b: 'propagated', c: 'propagated', d: 'origin' });
    expect(dag.rootCauses).toEqual([
      {
        spanId: 'd',
        service: 'acquirer',
        role: 'origin',
        rule: 'deepest-error',
        evidence:
          'acquirer failed first on this path, at the start of the trace: "card declined"; nothing that it called explains it. The error spread to payments, orders and gateway. [deepest-error]',
        evidenceSpanIds: ['d', 'c', 'b', 'a'],
        logId: dag.rootCauses[0]?.logId,
      },
    ]);
  });

  it('point from a time-out at the callee that was still running, with its last words and the line to open', () => {
    const dag = dagOf(GAVE_UP);
    expect(dag.rootCauses).toHaveLength(1);
    expect(dag.rootCauses[0]).toMatchObject({
      spanId: 'i',
      role: 'suspect',
      rule: 'gave-up',
      evidence:
        'payments gave up after 3,000 ms waiting for inventory ("Timed out after 3000 ms waiting for inventory"), which was still running and logged its last record 4.2 s in ("items reserved"). It had warned "waiting for lock on stock_items". The error spread to gateway. [gave-up]',
      evidenceSpanIds: ['i', 'p', 'g'],
    });
    expect(roles(dag)).toEqual({ g: 'propagated', p: 'origin', i: 'suspect' });
    expect(dag.errorCount).toBe(1);
    // The warning: the sixth record of the text.
    expect(dag.rootCauses[0]?.logId).toBe('5'.padStart(32, '0'));
  });

  it('change their verdict when a late record of the callee tells of an error', () => {
    const { records } = scenario('', '', '', GAVE_UP);
    const late = { ...scenario('', '', '', 'i inventory < p\n 4300 E deadlock detected').records[0], id: 'f'.repeat(32) };
    const dag = buildErrorDag([...records, late as (typeof records)[number]]);
    expect(dag?.rootCauses).toMatchObject([{ spanId: 'i', role: 'origin', rule: 'deepest-error', logId: 'f'.repeat(32) }]);
    expect(dag?.nodes.find(({ id }) => id === 'p')?.role).toBe('propagated');
  });

  it('say of a callee that was cancelled by its caller that it is a suspect, not an origin', () => {
    const dag = dagOf(`
      g gateway
        0 I GET /x
        2000 E context deadline exceeded
      i inventory < g
        5 I reading stock
        2001 E context canceled`);
    expect(roles(dag)).toEqual({ g: 'origin', i: 'suspect' });
    expect(dag.rootCauses).toMatchObject([{ spanId: 'i', role: 'suspect', rule: 'gave-up' }]);
    expect(dag.errorCount).toBe(1);
  });

  it('name one cause where one branch fails and the others are cancelled because of it', () => {
    const dag = dagOf(`
      o aggregator
        0 I start
        210 E prices: malformed row 7
      a stock < o
        5 I reading
        205 E context canceled
      b prices < o
        5 I reading
        200 E malformed row 7`);
    expect(dag.rootCauses.map(({ spanId }) => spanId)).toEqual(['b']);
    expect(roles(dag)).toEqual({ o: 'propagated', a: 'propagated', b: 'origin' });
    expect(dag.errorCount).toBe(1);
  });

  it('name one cause with the number of attempts where all attempts fail', () => {
    const dag = dagOf(`
      o orders
        0 I start
        700 E Payment failed
      1 payments < o
        10 I charge
        100 E acquirer offline
      2 payments < o
        210 I charge
        300 E acquirer offline
      3 payments < o
        410 I charge
        500 E acquirer offline`);
    expect(dag.rootCauses).toHaveLength(1);
    expect(dag.rootCauses[0]).toMatchObject({ spanId: '3', rule: 'retries-exhausted', evidenceSpanIds: ['3', '1', '2', 'o'] });
    expect(dag.rootCauses[0]?.evidence).toContain('failed in all of 3 attempts, the last 500 ms in: "acquirer offline"');
    expect(dag.errorCount).toBe(3);
  });

  it('list an error that was handled last, and say who went on', () => {
    const dag = dagOf(`
      a api
        0 I GET /home
        60 W banner failed, using default
        500 E Failed to render home
      b banner < a
        10 I choosing
        50 E no active campaign
      c cart < a
        100 I reading
        480 E wrong type of key`);
    expect(dag.rootCauses.map(({ spanId, rule }) => [spanId, rule])).toEqual([
      ['c', 'deepest-error'],
      ['b', 'handled'],
    ]);
    expect(dag.rootCauses[1]?.evidence).toContain('Handled: api went on without it.');
    expect(dag.errorCount).toBe(2);
  });

  it('list two independent failures as two causes, the fatal one first', () => {
    const dag = dagOf(`
      o root
        0 I begin
      a audit < o
        5 I writing
        50 E volume 7 is full
      b prices < o
        100 I reading
        280 F configuration is invalid`);
    expect(dag.rootCauses.map(({ spanId, rule }) => [spanId, rule])).toEqual([
      ['b', 'crash'],
      ['a', 'deepest-error'],
    ]);
    expect(dag.errorCount).toBe(2);
  });

  it('say that a peer sent nothing where the caller could not reach it', () => {
    const dag = dagOf(`
      o orders
        0 I begin
        40 E connect ECONNREFUSED inventory:8080`);
    expect(dag.rootCauses).toMatchObject([{ spanId: 'o', role: 'origin', rule: 'silent-peer' }]);
    expect(dag.rootCauses[0]?.evidence).toContain('"inventory", which sent nothing to this trace');
  });

  it('blame a callee that fell silent when the connection broke', () => {
    const dag = dagOf(`
      a api
        0 I POST /render
        900 E read ECONNRESET
      b renderer < a
        10 I rendering page 1
        500 I rendering page 70`);
    expect(dag.rootCauses).toMatchObject([{ spanId: 'b', role: 'suspect', rule: 'lost-callee' }]);
    expect(dag.rootCauses[0]?.evidence).toContain('lost its connection to renderer');
    expect(dag.rootCauses[0]?.evidence).toContain('500 ms in ("rendering page 70") and then nothing more');
  });

  it('call a consumer that nobody waited for by its rule', () => {
    const dag = dagOf(`
      p orders
        0 I POST /order
        25 I 201 Created
      c mailer < p
        6000 I consumed OrderPlaced from topic orders
        6100 E mailbox is full`);
    expect(dag.rootCauses).toMatchObject([{ spanId: 'c', role: 'origin', rule: 'async-consumer' }]);
  });

  it('find the origin below a span that sent nothing, and say so', () => {
    const dag = dagOf(`
      a gateway
        0 I POST /order
        120 E Request failed with status code 500
      c payments < gone
        20 I charging
        100 E card declined`);
    expect(roles(dag)).toEqual({ a: 'propagated', c: 'origin' });
    expect(dag.rootCauses[0]?.evidence).toContain('It passed a span that sent nothing.');
  });

  it('take an error without a span as a cause of last resort, and not at all where a span logged it too', () => {
    const records = scenario('', '', '', 'a api\n 0 I begin\n 50 E table users is locked').records;
    const [, error] = records;
    if (error === undefined) throw new Error('no record');
    const loose = { ...error, id: 'e'.repeat(32), spanId: '', service: 'cron', message: 'disk 7 is failing' };
    expect(buildErrorDag([...records, loose])).toMatchObject({
      rootCauses: [{ spanId: 'a' }, { spanId: '(no span)', service: 'cron', rule: 'no-span', logId: 'e'.repeat(32) }],
      errorCount: 2,
    });
    expect(buildErrorDag([...records, { ...loose, message: error.message }])).toMatchObject({
      rootCauses: [{ spanId: 'a' }],
      errorCount: 1,
    });
    expect(buildErrorDag([loose])).toMatchObject({ rootCauses: [{ rule: 'no-span' }], errorCount: 1 });
  });

  it('count a span whose status is error and that logged none, and build a DAG of it', () => {
    const dag = dagOf(`
      a api
        @ 0-100 server error "500"
      b db < a
        @ 10-90 client error "relation users does not exist"`);
    expect(dag).toMatchObject({ errorCount: 1, spanCount: 2, logCount: 0, rootCauses: [{ spanId: 'b', logId: '' }] });
    expect(dag.nodes).toMatchObject([
      { id: 'a', level: 'error', logCount: 0, errorCount: 1, role: 'propagated' },
      { id: 'b', level: 'error', logCount: 0, errorCount: 1, role: 'origin' },
    ]);
  });

  it('keep to ten causes of bounded size, whatever the trace holds', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `s${i} svc${i}\n ${i} E ${`reason${i} `.repeat(300)}`);
    const { rootCauses, errorCount } = dagOf(lines.join('\n'));
    expect(rootCauses).toHaveLength(10);
    expect(errorCount).toBe(40);
    for (const { evidence, rule } of rootCauses) {
      expect(evidence.length).toBeLessThanOrEqual(1000);
      expect(evidence.endsWith(` [${rule}]`)).toBe(true);
    }
  });
});
