import type { ReactNode } from 'react';
import { Problem } from '../api/problem.js';

/** Grey lines where content will be, of the height that it will have. */
export function Loading({ rows = 4, label = 'Loading' }: { readonly rows?: number; readonly label?: string }) {
  return (
    <div className="loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} className="loading-row" aria-hidden="true" />
      ))}
    </div>
  );
}

/** Nothing is there: why, and what to do. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <svg className="empty-mark" width="36" height="36" viewBox="0 0 36 36" aria-hidden="true">
        <path d="M10 7v9a5 5 0 0 0 5 5h7" />
        <circle cx="10" cy="7" r="3" />
        <circle cx="26" cy="21" r="4" />
      </svg>
      <p className="empty-title">{title}</p>
      {children !== undefined && <div className="empty-text">{children}</div>}
    </div>
  );
}

/** A question that was not answered: what went wrong, and a way on. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const problem = error instanceof Problem ? error : null;
  const title =
    problem === null
      ? 'Something went wrong in this page'
      : problem.status === 0
        ? 'Rootspan is not reachable'
        : problem.isAway
          ? 'Rootspan can not answer now'
          : 'This question could not be answered';
  return (
    <div className="failed" role="alert">
      <p className="failed-title">{title}</p>
      <p className="failed-text">{error instanceof Error ? error.message : String(error)}</p>
      {problem?.status === 0 && (
        <p className="failed-text">
          Start it with <code>npm start</code>; this page goes on by itself.
        </p>
      )}
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What is shown is not all. */
export function Partial({ children }: { readonly children: ReactNode }) {
  return (
    <p className="partial" role="note">
      {children}
    </p>
  );
}
