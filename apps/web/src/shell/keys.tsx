import { useCallback, useEffect, useRef, useState } from 'react';

/** Elements where letters are text. */
const TAKES_TEXT = 'input, textarea, select, [contenteditable]';
const CHORD_MS = 1_200;

/** Shortcuts that hold everywhere: `/` finds, `g` and a letter goes, `?` shows them. */
export function useKeys(goTo: (key: string) => void) {
  const [open, setOpen] = useState(false);
  const waiting = useRef(0);
  const latest = useRef(goTo);
  useEffect(() => {
    latest.current = goTo;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest(TAKES_TEXT) !== null) return;
      if (waiting.current > performance.now()) {
        waiting.current = 0;
        latest.current(event.key);
      } else if (event.key === 'g') waiting.current = performance.now() + CHORD_MS;
      else if (event.key === '/') (document.getElementById('query') ?? document.getElementById('find'))?.focus();
      else if (event.key === '?') setOpen(true);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return { open, show: useCallback(() => setOpen(true), []), hide: useCallback(() => setOpen(false), []) };
}

interface KeysProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly entries: readonly { readonly key: string; readonly label: string }[];
}

const WITHIN: readonly (readonly [string, string])[] = [
  ['/', 'Find: a trace id, or a query'],
  ['?', 'This list'],
  ['← ↑ → ↓', 'Move between spans of the error graph, bars of a chart, rows of a list'],
  ['Enter', 'Open what is chosen'],
  ['+  −  0', 'Zoom the graph, fit it'],
  ['Esc', 'Close, or choose nothing'],
];

export function Keys({ open, onClose, entries }: KeysProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const rows = [...entries.map(({ key, label }) => [`g ${key}`, label] as const), ...WITHIN];
  return (
    <dialog ref={dialog} className="dialog" onClose={onClose} aria-labelledby="keys-title">
      <h2 id="keys-title" className="dialog-title">
        Keyboard
      </h2>
      <dl className="keys">
        {rows.map(([key, what]) => (
          <div key={key} className="keys-row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
