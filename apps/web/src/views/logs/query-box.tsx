import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { parseQuery } from '#domain';
import { fieldValuesQuery } from '../../api/queries.js';
import type { Range } from '../../time/range.js';
import { completionsOf, wordAt, type Completion } from './complete.js';

interface QueryBoxProps {
  /** The query that is shown. */
  readonly value: string;
  readonly range: Range;
  readonly onSubmit: (query: string) => void;
}

const SHOWN = 9;

/** The fault of a query and the column it stands at, counted from 1; null where it can be read. */
export function faultOf(query: string): { readonly column: number; readonly reason: string } | null {
  const seconds = Math.floor(Date.now() / 1_000);
  const outcome = parseQuery(query, { seconds, nanos: 0 });
  return outcome.ok ? null : outcome;
}

/** The query: completed while it is written, its fault pointed at where it stands; asked with Enter. */
export function QueryBox({ value, range, onSubmit }: QueryBoxProps) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  useEffect(() => setText(value), [value]);

  const word = wordAt(text, caret);
  const asked = useQuery({
    ...fieldValuesQuery({ q: '', ...range, field: word.field ?? 'service', prefix: word.prefix.replaceAll('"', '') }, SHOWN),
    enabled: open && word.field !== null,
  });
  const options = open ? completionsOf(word, word.field === null ? [] : (asked.data?.values ?? [])).slice(0, SHOWN) : [];
  const fault = faultOf(text);
  // While a word is still being written it is not told to be wrong.
  const shown = fault !== null && (!open || options.length === 0) ? fault : null;

  const take = ({ insert }: Completion): void => {
    const next = text.slice(0, word.start) + insert + text.slice(caret);
    const place = word.start + insert.length;
    setText(next);
    setCaret(place);
    setAt(-1);
    // After React has put the text into the field.
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
  };
  const submit = (): void => {
    setOpen(false);
    setAt(-1);
    if (fault === null) onSubmit(text.trim());
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const option = options[at];
    if (step !== 0 && options.length > 0) setAt((at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length);
    else if (step > 0) setOpen(true);
    else if ((event.key === 'Enter' || event.key === 'Tab') && option !== undefined) take(option);
    else if (event.key === 'Enter') submit();
    else if (event.key === 'Escape' && open) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="query"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="query-field">
        <input
          ref={input}
          id="query"
          className="query-input"
          value={text}
          role="combobox"
          aria-label="Query"
          aria-expanded={options.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          aria-invalid={shown !== null}
          aria-describedby={`${list}-fault`}
          placeholder='service:payments level>=warn "card declined" -health'
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={({ target }) => {
            setText(target.value);
            setCaret(target.selectionStart ?? target.value.length);
            setOpen(true);
            setAt(-1);
          }}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? currentTarget.value.length)}
          onKeyDown={press}
          onBlur={() => setOpen(false)}
        />
        <button type="submit" className="button button-main">
          Search
        </button>
        <ul id={list} className="options" role="listbox" aria-label="Completions" hidden={options.length === 0}>
          {options.map((option, i) => (
            // Taken on pointer-down: the click would come after the field has lost the focus.
            <li
              key={option.insert}
              id={`${list}-${i}`}
              className="option"
              role="option"
              aria-selected={i === at}
              onPointerDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              <span className="option-label">{option.label}</span>
              <span className="quiet">{option.hint}</span>
            </li>
          ))}
        </ul>
      </div>
      <p id={`${list}-fault`} className="query-fault" role={shown === null ? undefined : 'alert'}>
        {shown === null ? (
          <span className="query-hint">
            <code>level&gt;=warn</code> <code>service:a,b</code> <code>attr.name:value</code> <code>&quot;a phrase&quot;</code>{' '}
            <code>-not</code> <code>/regex/</code>
          </span>
        ) : (
          <>
            <span className="query-caret" aria-hidden="true" style={{ paddingInlineStart: `${shown.column - 1}ch` }}>
              ^
            </span>
            <span className="query-reason">
              Column {shown.column}: {shown.reason}
            </span>
          </>
        )}
      </p>
    </form>
  );
}
