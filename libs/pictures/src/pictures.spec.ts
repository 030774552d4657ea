import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { buildErrorDag, type SpanRole, type TraceRecord } from '#domain';
import { dagToDot, dagToMermaid, dagToSvg } from './index.js';
import type { DagOfTrace, PicturedDag } from './picture.js';

const START = 1_744_813_800;

function record(id: number, fields: Partial<TraceRecord>): TraceRecord {
  const time = { seconds: START + id, nanos: 0 };
  return { id: String(id), spanId: 's', parentId: '', service: 'api', message: 'm', severity: 9, time, ...fields };
}

function dagOf(records: readonly TraceRecord[], causes: PicturedDag['rootCauses'] = []): PicturedDag {
  const dag = buildErrorDag(records);
  if (dag === null) throw new Error('the trace has no error');
  return { ...dag, rootCauses: causes };
}

/** The trace of the contract's example. */
const LOGIN: DagOfTrace = {
  traceId: 'abc123',
  dag: dagOf(
    [
      record(0, { spanId: 'span123', service: 'api-gateway' }),
      record(1, { spanId: 'span456', parentId: 'span123', service: 'auth-service', severity: 17 }),
    ],
    [{ spanId: 'span456', evidence: 'no span below auth-service erred [deepest-error]', evidenceSpanIds: ['span456'] }],
  ),
};

/** Texts that mean something to XML, DOT, Mermaid, HTML or a terminal. */
const HOSTILE = [
  '"]; n0 -> n1; "',
  '\\"',
  '\\',
  '</text><script>alert(1)</script>',
  ']]>',
  '&amp;&lt;&#0;',
  '%%{init: {"theme":"dark"}}%%',
  'end',
  '1. first',
  '- item',
  '`**bold**`',
  '#quot;',
  'a\nb\r\u2028c',
  '\u0000\u0007\u001b[31m',
  '\ud800',
  '\ufffe\uffff',
  '\u202egnp.exe',
  '日本語',
  '👩‍👩‍👧',
  'x'.repeat(256),
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }));

/** Traces of any texts and shapes, errors among them, with causes that name spans of the trace or none. */
const hostileTrace = fc
  .record({
    traceId: text,
    ids: fc.uniqueArray(text, { minLength: 1, maxLength: 12 }),
    spans: fc.array(fc.record({ parent: fc.nat(14), service: text, severity: fc.constantFrom(5, 9, 17) }), {
      minLength: 12,
      maxLength: 12,
    }),
    causes: fc.array(
      fc.record({ span: fc.nat(14), evidence: text, role: fc.constantFrom<SpanRole[]>('', 'origin', 'propagated', 'suspect') }),
      {
        maxLength: 3,
      },
    ),
    maxSpans: fc.constantFrom(2, 5, 200),
  })
  .map(({ traceId, ids, spans, causes, maxSpans }) => {
    const nameOf = (index: number) => ids[index % ids.length] ?? '';
    const records = spans.map(({ parent, service, severity }, i) =>
      record(i, {
        spanId: nameOf(i),
        parentId: parent > 12 ? 'lost & found' : parent < i ? nameOf(parent) : '',
        service,
        severity,
      }),
    );
    const named = causes.map(({ span, evidence }) => ({ spanId: nameOf(span), evidence, evidenceSpanIds: [nameOf(span + 1)] }));
    const dag = dagOf([...records, record(99, { spanId: '', severity: 17 })], named);
    const nodes = dag.nodes.map((node, i) => ({ ...node, role: causes[i]?.role ?? ('' as const) }));
    return { trace: { traceId, dag: { ...dag, nodes } }, maxSpans };
  });

interface Parsed {
  readonly elements: ReadonlyMap<string, number>;
  readonly texts: readonly string[];
}

/** Reads a document as XML 1.0 does. @throws where it is not well-formed */
function parsed(svg: string): Parsed {
  const elements = new Map<string, number>();
  const texts: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => elements.set(name, (elements.get(name) ?? 0) + 1));
  parser.on('text', (part) => texts.push(part));
  parser.write(svg).close();
  return { elements, texts };
}

/** A line of DOT: names, numbers and punctuation around quoted strings that hold no unescaped quote. */
const DOT_LINE = /^(?:[a-zA-Z0-9_#[\](){},;=.\s>-]|"(?:[^"\\\n]|\\.)*")*$/;
/** The same for Mermaid; labels hold letters, digits, a few marks, entities by number and the breaks of their lines. */
const LABEL = '"(?:[\\p{L}\\p{M}\\p{N} ,_·…:/.+-]|#\\d+;|<br/>)*"';
const MERMAID_LINE = new RegExp(
  `^(?:flowchart LR|  (?:n|note)\\d+(?:\\[|\\(|\\{\\{|>|\\[/)${LABEL}(?:\\]|\\)|\\}\\}|/\\])|  n\\d+ (?:-->|==>|-\\.->|-\\. link \\.->) n\\d+|  (?:classDef|class|linkStyle) [\\w#:, -]+|)$`,
  'u',
);

describe('A picture of any trace', () => {
  it('is well-formed XML without scripts, links or anything fetched', () => {
    fc.assert(
      fc.property(hostileTrace, ({ trace, maxSpans }) => {
        const { elements } = parsed(dagToSvg(trace, { maxSpans }));
        expect(new Set(elements.keys())).toEqual(new Set([...elements.keys()].filter((name) => ALLOWED.has(name))));
        expect(elements.get('svg')).toBe(1);
      }),
    );
  });

  it('is DOT whose texts stay within their quotes', () => {
    fc.assert(
      fc.property(hostileTrace, ({ trace, maxSpans }) => {
        for (const line of dagToDot(trace, { maxSpans }).split('\n')) expect(line).toMatch(DOT_LINE);
      }),
    );
  });

  it('is Mermaid whose texts stay within their labels', () => {
    fc.assert(
      fc.property(hostileTrace, ({ trace, maxSpans }) => {
        for (const line of dagToMermaid(trace, { maxSpans }).split('\n')) expect(line).toMatch(MERMAID_LINE);
      }),
    );
  });

  it('is the same each time', () => {
    expect(dagToSvg(LOGIN)).toBe(dagToSvg(LOGIN));
  });
});

const ALLOWED = new Set(['svg', 'title', 'style', 'rect', 'g', 'path', 'text']);

describe('The picture of a failed login', () => {
  it('shows both spans, the way to the failure and its cause in SVG', () => {
    const svg = dagToSvg(LOGIN);
    const { texts } = parsed(svg);
    const said = texts.join('\n');
    for (const part of ['Error DAG of trace abc123', 'api-gateway', 'auth-service', 'span456', 'ROOT CAUSE', '[deepest-error]']) {
      expect(said).toContain(part);
    }
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('class="failing"');
  });

  it('is this in DOT', () => {
    expect(dagToDot(LOGIN)).toMatchInlineSnapshot(`
      "digraph {
        graph [rankdir=LR, fontname="sans-serif", labelloc=t, label="Error DAG of trace abc123"];
        node [shape=box, style=rounded, fontname="sans-serif", fontsize=11, color="#64748b"];
        edge [color="#64748b"];
        n0 [label="api-gateway\\ninfo · 1 log · +0 ms\\nspan123", style="rounded", tooltip="span span123"];
        n1 [label="ROOT CAUSE\\nauth-service\\nerror · 1 error · +1 s\\nspan456", shape=octagon, style=bold, peripheries=2, color="#b91c1c", tooltip="no span below auth-service erred [deepest-error]"];
        n0 -> n1 [color="#b91c1c", penwidth=2];
      }
      "
    `);
  });

  it('is this in Mermaid', () => {
    expect(dagToMermaid(LOGIN)).toMatchInlineSnapshot(`
      "flowchart LR
        n0["api-gateway<br/>info · 1 log · +0 ms<br/>span123"]
        n1{{"ROOT CAUSE<br/>auth-service<br/>error · 1 error · +1 s<br/>span456"}}
        n0 ==> n1
        classDef cause stroke:#b91c1c,stroke-width:4px
        classDef error stroke:#b91c1c,stroke-width:2px
        classDef suspect stroke:#b45309,stroke-width:2px
        classDef aside stroke-dasharray:4 3
        class n1 cause
        linkStyle 0 stroke:#b91c1c,stroke-width:2px
      "
    `);
  });
});

describe('What is not a plain call', () => {
  const records = [
    record(0, { spanId: 'a' }),
    record(1, { spanId: 'b', parentId: 'lost', severity: 17 }),
    record(2, { spanId: '', severity: 17 }),
  ];
  const dag = dagOf(records);
  const trace = { traceId: 't', dag: { ...dag, edges: [...dag.edges, { source: 'a', target: 'b', kind: 'link' as const }] } };

  it('is dashed: links, parents that sent nothing, errors without a span', () => {
    expect(dagToMermaid(trace)).toContain('-. link .->');
    expect(dagToMermaid(trace)).toContain('"not recorded<br/>this parent sent nothing<br/>lost"');
    expect(dagToDot(trace).match(/dashed/g)).toHaveLength(4);
    expect(dagToSvg(trace).match(/class="[^"]*dashed"/g)).toHaveLength(2 + 1);
    expect(dagToSvg(trace)).toContain('class="error aside"');
  });
});

describe('A large DAG', () => {
  const spans = (count: number, parentOf: (span: number) => number) =>
    Array.from({ length: count }, (_, i) => record(i, { spanId: `s${i}`, parentId: i === 0 ? '' : `s${parentOf(i)}` }));
  const failing = (records: readonly TraceRecord[], at: number) => [
    ...records,
    record(99_999, { spanId: `s${at}`, parentId: records[at]?.parentId ?? '', severity: 17 }),
  ];

  it('is drawn whole up to 200 spans', () => {
    const dag = dagOf(
      failing(
        spans(200, (i) => (i - 1) >> 2),
        150,
      ),
    );
    expect(dagToMermaid({ traceId: 't', dag }).match(/^ {2}n\d+[[({>]/gm)).toHaveLength(200);
  });

  it.each([
    ['a chain', (i: number) => i - 1],
    ['a fan', () => 0],
    ['a tree', (i: number) => (i - 1) >> 2],
  ])('of 5,000 spans in %s stands in groups, says so, and keeps the way to the cause', (_, parentOf) => {
    const cause = [{ spanId: 's4000', evidence: 'because', evidenceSpanIds: ['s4000'] }];
    const dag = dagOf(failing(spans(5_000, parentOf), 4_000), cause);
    const svg = dagToSvg({ traceId: 't', dag });
    expect(svg.length).toBeLessThan(500_000);
    const said = parsed(svg).texts.join('\n');
    expect(said).toMatch(/more spans/);
    expect(said).toMatch(/4,9\d\d spans of 5000 stand in groups, all of them healthy/);
    expect(said).toContain('s4000');
    expect(said).toContain(`s${parentOf(4_000)}`);
  });
});
