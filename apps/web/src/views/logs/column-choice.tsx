import { useMemo } from 'react';
import type { Log } from '../../api/types.js';
import { attributesOf } from '../../records/columns.js';
import { go, urlWith } from '../../router.js';

const LOOKED_AT = 200;
const OFFERED = 30;

/** Chooses columns: the trace, the span, and the attributes that the records at hand have. */
export function ColumnChoice({ logs, columns }: { readonly logs: readonly Log[]; readonly columns: readonly string[] }) {
  const names = useMemo(() => {
    const counts = new Map<string, number>();
    for (const log of logs.slice(0, LOOKED_AT))
      for (const [name] of attributesOf(log)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  }, [logs]);
  const offered = [...new Set(['trace', 'span', ...columns, ...names])].slice(0, OFFERED);
  const toggle = (name: string, on: boolean): void => {
    const next = on ? [...columns, name] : columns.filter((one) => one !== name);
    go(urlWith({ columns: next.join(',') }), { replace: true });
  };
  return (
    <details className="menu">
      <summary className="button">Columns{columns.length > 0 && ` (${columns.length})`}</summary>
      <fieldset className="menu-box">
        <legend className="visually-hidden">Columns beside time, level, service and message</legend>
        {offered.map((name) => (
          <label key={name} className="menu-row">
            <input type="checkbox" checked={columns.includes(name)} onChange={({ target }) => toggle(name, target.checked)} />
            {name}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
