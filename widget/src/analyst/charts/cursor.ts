/** One cursor for every chart: the pointer or the arrow keys move it, Enter or a click opens what is under it. */
import { useEffect, useRef, useState } from "preact/hooks";

export interface Cursor {
  at: number | null;
  /** Spread on the `<svg>`. */
  handlers: {
    tabIndex: number;
    onKeyDown: (event: KeyboardEvent) => void;
    onBlur: () => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerLeave: (event: PointerEvent) => void;
    onClick: (event: MouseEvent) => void;
  };
}

interface Moves {
  count: number;
  /** Places in one row: up and down go from row to row. */
  columns?: number;
  /** The place under a point of the chart, in its own pixels. */
  under: (x: number, y: number) => number | null;
  onOpen?: ((at: number) => void) | undefined;
}

export function useCursor({ count, columns = 0, under, onOpen }: Moves): Cursor {
  const [at, setAt] = useState<number | null>(null);
  const place = (event: MouseEvent): number | null => {
    const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    const found = under(event.clientX - box.left, event.clientY - box.top);
    return found === null || found < 0 || found >= count ? null : found;
  };
  const key = (event: KeyboardEvent): void => {
    if ((event.key === "Enter" || event.key === " ") && at !== null && onOpen) onOpen(at);
    else if (event.key === "Escape" && at !== null) setAt(null);
    else {
      const row = columns || 1;
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: -count, End: count }[event.key];
      if (!step || !count) return;
      const forward = step > 0;
      setAt((now) => (now === null ? (forward ? 0 : count - 1) : columns && Math.abs(step) === columns && (now + step < 0 || now + step >= count) ? now : Math.min(count - 1, Math.max(0, now + step))));
    }
    event.preventDefault();
  };
  return {
    at: at !== null && at < count ? at : null,
    handlers: {
      tabIndex: 0,
      onKeyDown: key,
      onBlur: () => setAt(null),
      onPointerMove: (event) => setAt(place(event)),
      // A finger that is lifted leaves the cursor where it was.
      onPointerLeave: (event) => event.pointerType !== "touch" && setAt(null),
      onClick: (event) => {
        const found = place(event);
        const touched = (event as PointerEvent).pointerType === "touch" && found !== at;
        if (touched) setAt(found);
        else if (found !== null && onOpen) onOpen(found);
      },
    },
  };
}

/** The width of an element on the page, in pixels, so that text in a chart keeps its size. */
export function useWidth<Kind extends Element>(first = 720): [{ current: Kind | null }, number] {
  const element = useRef<Kind>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    if (!element.current) return;
    const measure = (wide: number): void => void (wide > 0 && setWidth(Math.round(wide)));
    measure(element.current.getBoundingClientRect().width);
    const observer = new ResizeObserver(([entry]) => entry && measure(entry.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
