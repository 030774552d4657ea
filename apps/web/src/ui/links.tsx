import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { go } from '../router.js';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: string;
  readonly replace?: boolean;
  readonly children: ReactNode;
}

/** A link within the UI: a real one, so that it can be copied and opened beside, that goes without loading a page. */
export function Link({ to, replace = false, children, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const own = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!own || event.defaultPrevented) return;
    event.preventDefault();
    go(to, { replace });
  };
  return (
    <a {...rest} href={to} onClick={follow}>
      {children}
    </a>
  );
}
