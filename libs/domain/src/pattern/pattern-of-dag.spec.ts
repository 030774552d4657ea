import fc from 'fast-check';
import { buildErrorDag } from '../error-dag/build-error-dag.js';
import type { TraceRecord } from '../error-dag.js';
import { patternInputOf, patternOfDag } from './pattern-of-dag.js';

interface Said {
  readonly span: string;
  readonly parent?: string;
  readonly service: string;
  readonly error?: string;
  readonly seconds?: number;
}

function recordsOf(said: readonly Said[], ids: (i: number) => string = (i) => `r${i}`): TraceRecord[] {
  return said.map(({ span, parent = '', service, error, seconds = 0 }, i) => ({
    id: ids(i),
    spanId: span,
    parentId: parent,
    service,
    message: error ?? 'fine',
    severity: error === undefined ? 9 : 17,
    time: { seconds: 1_744_813_800 + seconds, nanos: 0 },
  }));
}

function inputOf(records: readonly TraceRecord[]) {
  const dag = buildErrorDag(records);
  if (dag === null) throw new Error('the trace has no error');
  return patternInputOf(dag, records);
}

const SPREAD: readonly Said[] = [
  { span: 'a', service: 'gateway', error: 'upstream failed', seconds: 5 },
  { span: 'b', parent: 'a', service: 'orders', error: 'reserve failed', seconds: 4 },
  { span: 'b2', parent: 'b', service: 'orders' },
  { span: 'c', parent: 'b2', service: 'inventory', error: 'no connection', seconds: 3 },
  { span: 'c', parent: 'b2', service: 'inventory', error: 'giving up', seconds: 4 },
  { span: 'd', parent: 'b', service: 'mail' },
];

describe('patternInputOf', () => {
  it('takes the first error of the first root cause and the services up to the highest failed one', () => {
    expect(inputOf(recordsOf(SPREAD))).toEqual({
      causeService: 'inventory',
      causeMessage: 'no connection',
      chain: ['inventory', 'orders', 'gateway'],
    });
  });

  it('leaves out callers that the failure did not reach', () => {
    const said = SPREAD.map((some) => (some.span === 'a' ? { ...some, error: undefined } : some));
    expect(inputOf(recordsOf(said))?.chain).toEqual(['inventory', 'orders']);
  });

  it('takes the earlier of two failures of one depth', () => {
    const said = [
      { span: 'a', service: 'gateway' },
      { span: 'b', parent: 'a', service: 'orders', error: 'second', seconds: 2 },
      { span: 'c', parent: 'a', service: 'stock', error: 'first', seconds: 1 },
    ];
    expect(inputOf(recordsOf(said))).toMatchObject({ causeService: 'stock', causeMessage: 'first' });
  });

  it("names a callee that its caller gave up on, by the caller's words", () => {
    const records = recordsOf([
      { span: 'a', service: 'orders', seconds: 0 },
      { span: 'b', parent: 'a', service: 'inventory', seconds: 1 },
      { span: 'a', service: 'orders', error: 'inventory: timeout of 3000ms exceeded', seconds: 4 },
      { span: 'b', parent: 'a', service: 'inventory', seconds: 9 },
    ]);
    expect(inputOf(records)).toEqual({
      causeService: 'inventory',
      causeMessage: 'inventory: timeout of 3000ms exceeded',
      chain: ['inventory', 'orders'],
    });
  });

  it('takes the exception type from the attributes', () => {
    const records = recordsOf([{ span: 'a', service: 'cron', error: 'no space left' }]).map((record) => ({
      ...record,
      attributes: '{"exception.type":"IOError"}',
    }));
    expect(inputOf(records)).toMatchObject({ causeExceptionType: 'IOError' });
  });

  it('serves errors without a span', () => {
    expect(inputOf(recordsOf([{ span: '', service: 'cron', error: 'disk full' }]))).toEqual({
      causeService: 'cron',
      causeMessage: 'disk full',
      chain: ['cron'],
    });
  });

  it('depends neither on record ids nor on span ids nor on the order of arrival', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: SPREAD.length, maxLength: SPREAD.length });
    fc.assert(
      fc.property(ids, fc.constantFrom('', 'x', 'zz'), fc.nat(), (names, prefix, turn) => {
        const renamed = SPREAD.map((some) => ({
          ...some,
          span: `${prefix}${some.span}`,
          ...(some.parent !== undefined && { parent: `${prefix}${some.parent}` }),
        }));
        const records = recordsOf(renamed, (i) => names[i] ?? '');
        const turned = [...records.slice(turn % records.length), ...records.slice(0, turn % records.length)];
        expect(inputOf(turned)).toEqual(inputOf(recordsOf(SPREAD)));
      }),
    );
  });
});

describe('patternOfDag', () => {
  it('is the pattern of that input', () => {
    const records = recordsOf(SPREAD);
    const dag = buildErrorDag(records);
    expect(dag && patternOfDag(dag, records)?.title).toBe('inventory: no connection');
  });
});
