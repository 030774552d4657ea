import { useEffect, useState } from 'react';

/** Copies a text. Pages that came by plain HTTP from another machine have no clipboard: there a selection does it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'visually-hidden';
    document.body.append(area);
    area.select();
    // Deprecated, and the only way without a secure context.
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

const SHOWN_MS = 1_600;

interface CopyProps {
  /** The text, or how it is made when it is asked for. */
  readonly text: string | (() => string | Promise<string>);
  readonly label: string;
  readonly title?: string;
  readonly small?: boolean;
}

/** A button that copies and says so without changing its width. */
export function CopyButton({ text, label, title, small = false }: CopyProps) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      const value = typeof text === 'string' ? text : await text();
      setSaid((await copyText(value)) ? 'Copied' : 'Not allowed');
    } catch {
      setSaid('Failed');
    }
  };
  return (
    <button type="button" className={small ? 'button button-small' : 'button'} title={title} onClick={() => void copy()}>
      <span className={said === '' ? undefined : 'copy-away'}>{label}</span>
      <span className={said === '' ? 'copy-said copy-away' : 'copy-said'} role="status">
        {said}
      </span>
    </button>
  );
}
