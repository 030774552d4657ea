import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react';

/** What is seen of a drawing: its offset in pixels and its scale. */
interface View {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface ViewportHandle {
  /** Moves as little as needed to show the rectangle, in the drawing's own measures. */
  show(x: number, y: number, width: number, height: number): void;
}

interface ViewportProps {
  readonly width: number;
  readonly height: number;
  /** The point to look at where the whole would be too small to read. */
  readonly focus?: { readonly x: number; readonly y: number } | undefined;
  readonly label: string;
  readonly children: ReactNode;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly ref?: Ref<ViewportHandle>;
}

const LEAST = 0.08;
const MOST = 2.5;
const READABLE = 0.55;
const MARGIN = 28;
const STEP = 1.3;

/**
 * A drawing that is panned by dragging and zoomed by the buttons, + and -, a pinch, or the wheel with Ctrl. The plain wheel
 * scrolls the page, as it does everywhere else. Moving changes one attribute and renders nothing anew.
 */
export function Viewport({ width, height, focus, label, children, onKeyDown, ref }: ViewportProps) {
  const box = useRef<SVGSVGElement>(null);
  const group = useRef<SVGGElement>(null);
  const view = useRef<View>({ x: 0, y: 0, k: 1 });
  const drag = useRef<{ readonly id: number; readonly x: number; readonly y: number; moved: boolean } | null>(null);

  const put = (next: View): void => {
    view.current = next;
    group.current?.setAttribute('transform', `translate(${next.x} ${next.y}) scale(${next.k})`);
  };
  const zoom = (by: number, at?: { readonly x: number; readonly y: number }): void => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined) return;
    const { x, y, k } = view.current;
    const next = Math.min(MOST, Math.max(LEAST, k * by));
    const px = at === undefined ? area.width / 2 : at.x - area.left;
    const py = at === undefined ? area.height / 2 : at.y - area.top;
    put({ k: next, x: px - ((px - x) / k) * next, y: py - ((py - y) / k) * next });
  };
  const fit = (whole: boolean): void => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined || area.width === 0 || width === 0) return;
    const k = Math.min(1, (area.width - 2 * MARGIN) / width, (area.height - 2 * MARGIN) / height);
    if (whole || k >= READABLE || focus === undefined) {
      const scale = Math.max(LEAST, k);
      put({ k: scale, x: (area.width - width * scale) / 2, y: (area.height - height * scale) / 2 });
    } else {
      const scale = Math.max(READABLE, Math.min(0.85, k * 3));
      put({ k: scale, x: area.width / 2 - focus.x * scale, y: area.height / 2 - focus.y * scale });
    }
  };
  useImperativeHandle(ref, () => ({
    show: (x, y, w, h) => {
      const area = box.current?.getBoundingClientRect();
      if (area === undefined) return;
      const { k, ...at } = view.current;
      const shift = (low: number, high: number, size: number): number =>
        low < MARGIN ? MARGIN - low : high > size - MARGIN ? Math.max(size - MARGIN - high, MARGIN - low) : 0;
      const dx = shift(x * k + at.x, (x + w) * k + at.x, area.width);
      const dy = shift(y * k + at.y, (y + h) * k + at.y, area.height);
      if (dx !== 0 || dy !== 0) put({ k, x: at.x + dx, y: at.y + dy });
    },
  }));
  // The listeners below are made once a drawing, and call what the last rendering made.
  const latest = useRef({ fit, zoom });
  useEffect(() => {
    latest.current = { fit, zoom };
  });
  useEffect(() => {
    latest.current.fit(false);
    const element = box.current;
    if (element === null) return undefined;
    let known = element.clientWidth;
    const observer = new ResizeObserver(() => {
      // A person's own view is kept while only the height changes.
      if (element.clientWidth !== known) latest.current.fit(false);
      known = element.clientWidth;
    });
    observer.observe(element);
    // React's own wheel listeners are passive: they could not keep the page from zooming.
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      latest.current.zoom(Math.exp(-event.deltaY * 0.01), { x: event.clientX, y: event.clientY });
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', wheel);
    };
    // The drawing's size stands for the drawing: a new one is fitted anew.
  }, [width, height]);
  const press = (event: KeyboardEvent): void => {
    if (event.key === '+' || event.key === '=') zoom(STEP);
    else if (event.key === '-') zoom(1 / STEP);
    else if (event.key === '0') fit(true);
    else return onKeyDown?.(event);
    event.preventDefault();
  };
  return (
    <div className="viewport">
      <svg
        ref={box}
        className="viewport-area"
        style={{ blockSize: `clamp(220px, ${Math.round(height + 2 * MARGIN)}px, min(46dvh, 560px))` }}
        role="group"
        aria-label={label}
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button === 0) drag.current = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
        }}
        onPointerMove={(event) => {
          const from = drag.current;
          if (from === null || from.id !== event.pointerId) return;
          const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
          if (!from.moved && Math.hypot(dx, dy) < 4) return;
          if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { ...from, x: event.clientX, y: event.clientY, moved: true };
          put({ ...view.current, x: view.current.x + dx, y: view.current.y + dy });
        }}
        onPointerUp={() => (drag.current = null)}
        onPointerCancel={() => (drag.current = null)}
      >
        <g ref={group}>{children}</g>
      </svg>
      <div className="viewport-tools">
        <button type="button" className="icon-button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(STEP)}>
          +
        </button>
        <button type="button" className="icon-button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoom(1 / STEP)}>
          −
        </button>
        <button
          type="button"
          className="icon-button viewport-fit"
          aria-label="Fit all"
          title="Fit all (0)"
          onClick={() => fit(true)}
        >
          fit
        </button>
      </div>
    </div>
  );
}
