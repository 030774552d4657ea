import { useRef, useState, type FormEvent } from 'react';
import { go, urlOf } from '../router.js';

/** One word with a digit in it, long enough, is an id; all else is a query. */
function looksLikeTrace(text: string): boolean {
  return /^[\w.-]{6,256}$/.test(text) && /\d/.test(text);
}

/** Where a text leads: a trace by its id, or the logs that a query finds. */
export function destinationOf(text: string): string {
  const [, named] = /^trace:(\S+)$/.exec(text) ?? [];
  if (named !== undefined && !named.includes('*')) return urlOf(['traces', named.replace(/^"(.*)"$/, '$1')]);
  return looksLikeTrace(text) ? urlOf(['traces', text]) : urlOf(['logs'], { q: text });
}

/** The field of the top bar. `/` goes there from anywhere. */
export function Find() {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const asked = text.trim();
    if (asked === '') return;
    setText('');
    input.current?.blur();
    go(destinationOf(asked));
  };
  return (
    <form className="find" role="search" onSubmit={submit}>
      <input
        ref={input}
        id="find"
        className="find-input"
        type="search"
        value={text}
        onChange={({ target }) => setText(target.value)}
        placeholder="Trace id or query"
        aria-label="Go to a trace by its id, or search logs"
        spellCheck={false}
        autoComplete="off"
      />
      <kbd className="find-key" aria-hidden="true">
        /
      </kbd>
    </form>
  );
}
