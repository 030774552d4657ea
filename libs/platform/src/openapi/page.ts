import type { Content, Operation } from './operation.js';
import type { Schema } from './schema.js';

const STYLE = `
  :root { color-scheme: light dark; --line: #cbd5e1; --soft: #64748b; --code: #f1f5f9; --get: #0369a1; --post: #15803d; }
  @media (prefers-color-scheme: dark) { :root { --line: #334155; --soft: #94a3b8; --code: #1e293b; --get: #38bdf8; --post: #4ade80; } }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
  section { margin: 1.5rem 0 2rem; }
  h3 { margin: 0 0 .3rem; font-size: 1rem; }
  code, pre { font: 13px/1.5 ui-monospace, monospace; background: var(--code); border-radius: 4px; }
  code { padding: .1rem .3rem; overflow-wrap: anywhere; }
  pre { padding: .6rem .8rem; overflow-x: auto; }
  .get, .post { font-weight: 700; text-transform: uppercase; color: var(--get); }
  .post { color: var(--post); }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
  th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); }
  th { font-weight: 600; color: var(--soft); }
`;

/**
 * The document as a page for people: nothing fetched, no scripts.
 * @param schemas of the document's components, by name
 */
export function docsPage(operations: readonly Operation[], schemas: Readonly<Record<string, Schema>>): string {
  const groups = [...new Set(operations.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const members = operations.filter((operation) => operation.group === group);
    return `<h2>${text(group)}</h2>\n${members.map(section).join('\n')}`;
  });
  const shapes = Object.entries(schemas).map(([name, schema]) => shape(name, schema));
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Rootspan: HTTP</title><style>${STYLE}</style></head><body>`,
    '<h1>Rootspan: HTTP</h1>',
    '<p>Bodies are the protobuf-JSON of the gRPC messages of the same names. Errors are <code>application/problem+json</code> where nothing else is said.',
    'The header <code>tenant-id</code> names the tenant. For programs: <a href="/api/openapi.json">/api/openapi.json</a>.</p>',
    ...parts,
    '<h2>Bodies</h2>',
    ...shapes,
    '</body></html>',
    '',
  ].join('\n');
}

function section(operation: Operation): string {
  const { method, path, id, summary, description, parameters, body, notFound } = operation;
  const rows = parameters.map(
    (one) => `<tr><td><code>${text(one.name)}</code></td><td>${text(one.in)}</td><td>${text(one.description)}</td></tr>`,
  );
  const example = path.replaceAll('{traceId}', 'abc123').replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
  const sent = body === undefined ? '' : ` -H 'content-type: ${body[0]?.type ?? ''}' --data-binary @body`;
  return [
    `<section id="${text(id)}"><h3><span class="${method}">${method}</span> <code>${text(path)}</code></h3>`,
    `<div>${text(summary)}.${description === undefined ? '' : ` ${text(description)}`}</div>`,
    rows.length === 0 ? '' : `<table><tr><th>parameter</th><th>in</th><th></th></tr>${rows.join('')}</table>`,
    body === undefined ? '' : `<div>Takes ${body.map(named).join(', ')}</div>`,
    `<div>Answers ${answersOf(operation)}`,
    `${notFound === undefined ? '' : ` · 404: ${text(notFound)}`}</div>`,
    `<pre>curl${text(sent)} http://127.0.0.1:8080${text(example)}</pre></section>`,
  ].join('\n');
}

function answersOf({ content, otherTypes = [], status, errors }: Operation): string {
  const told = errors === undefined ? '' : ` · errors: ${named(errors)}`;
  if (content === null) return `${status ?? 200}, without content${told}`;
  return `${[content, ...otherTypes.map((type) => ({ type }))].map(named).join(', ')}${told}`;
}

function named({ type, schema }: Content): string {
  return `<code>${text(type)}</code>${schema === undefined ? '' : ` ${typeOf(schema)}`}`;
}

function shape(name: string, schema: Schema): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const rows = properties.map(
    ([key, one]) => `<tr><td><code>${text(key)}</code></td><td>${typeOf(one)}</td><td>${said(one)}</td></tr>`,
  );
  return `<section id="${text(name)}"><h3>${text(name)}</h3><div>${said(schema)}</div><table>${rows.join('')}</table></section>`;
}

function said(schema: Schema): string {
  return text(String(schema['description'] ?? ''));
}

/** A schema's type in a word or two, linked where it is described on the page. */
function typeOf(schema: Schema): string {
  const { $ref: ref, type, items, enum: values, anyOf } = schema;
  if (typeof ref === 'string') {
    const name = text(ref.split('/').at(-1) ?? '');
    return `<a href="#${name}">${name}</a>`;
  }
  if (Array.isArray(anyOf)) return (anyOf as Schema[]).map(typeOf).join(' or ');
  if (Array.isArray(values)) return text(values.join(' | '));
  if (type === 'array') return `list of ${typeOf((items ?? {}) as Schema)}`;
  return text(Array.isArray(type) ? type.join(' or ') : String(type ?? ''));
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
