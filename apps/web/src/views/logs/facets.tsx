import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fieldValuesQuery, type LogQuestion } from '../../api/queries.js';
import type { Level } from '../../api/types.js';
import { quoted } from '../../records/columns.js';
import { count, LevelMark, Service } from '../../ui/marks.js';
import { Loading } from '../../ui/states.js';

const MOST = 12;

interface FacetsProps {
  readonly question: LogQuestion;
  readonly onQuery: (query: string) => void;
}

/** What the records are, by level and by service. A press narrows the query to it, another takes that back. */
export function Facets({ question, onQuery }: FacetsProps) {
  return (
    <aside className="facets" aria-label="Facets">
      <Facet
        title="Level"
        field="level"
        question={question}
        onQuery={onQuery}
        show={(value) => <LevelMark level={value as Level} />}
      />
      <Facet title="Service" field="service" question={question} onQuery={onQuery} show={(value) => <Service name={value} />} />
    </aside>
  );
}

interface FacetProps extends FacetsProps {
  readonly title: string;
  readonly field: 'level' | 'service';
  readonly show: (value: string) => ReactNode;
}

function Facet({ title, field, question, onQuery, show }: FacetProps) {
  const query = useQuery(fieldValuesQuery({ ...question, field }, MOST));
  const { q } = question;
  const values = query.data?.values ?? [];
  const most = Math.max(1, ...values.map((one) => one.count));
  return (
    <section className="facet">
      <h2>{title}</h2>
      {query.isPending && <Loading rows={4} />}
      {query.isError && query.data === undefined && <p className="quiet">Not available</p>}
      {query.data !== undefined && values.length === 0 && <p className="quiet">None</p>}
      <ul>
        {values.map(({ value, count: records }) => {
          const condition = `${field}:${quoted(value)}`;
          const chosen = hasCondition(q, condition);
          return (
            <li key={value} className="facet-row">
              <button
                type="button"
                className="facet-value"
                aria-pressed={chosen}
                onClick={() => onQuery(chosen ? without(q, condition) : withCondition(q, field, condition))}
              >
                {show(value)}
                <span className="number">{count(records)}</span>
                <span className="facet-bar" aria-hidden="true" style={{ inlineSize: `${(records / most) * 100}%` }} />
              </button>
              {!chosen && (
                <button
                  type="button"
                  className="facet-not"
                  title={`Without ${value}`}
                  aria-label={`Without ${field} ${value}`}
                  onClick={() => onQuery(`${q} -${condition}`.trim())}
                >
                  −
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The words of a query; what stands in quotes is one. */
function wordsOf(query: string): readonly string[] {
  return query.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? [];
}

function hasCondition(query: string, condition: string): boolean {
  return wordsOf(query).includes(condition);
}

function without(query: string, condition: string): string {
  return wordsOf(query)
    .filter((word) => word !== condition)
    .join(' ');
}

/** The condition in place of another one on the same field, which it would contradict. */
function withCondition(query: string, field: string, condition: string): string {
  const kept = wordsOf(query).filter((word) => !new RegExp(`^${field}(:|=|>=|<=|>|<)`).test(word));
  return [...kept, condition].join(' ');
}
