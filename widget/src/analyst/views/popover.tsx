/** A button with a small window under it: the browser's own, which a click beside it or Escape closes. */
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../../agent/views/icons.tsx";

interface PopoverProps {
  label: string;
  icon?: IconName;
  /** Text on the button; without one it is only its icon. */
  text?: ComponentChildren;
  kind?: string;
  children: (close: () => void) => ComponentChildren;
}

const GAP = 6;
const EDGE = 12;

export function Popover({ label, icon, text, kind = "", children }: PopoverProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const close = (): void => box.current?.hidePopover();
  const toggle = (event: Pick<ToggleEvent, "newState">): void => {
    const shown = event.newState === "open";
    setOpen(shown);
    if (!shown) return;
    requestAnimationFrame(() => {
      place(box.current, button.current);
      box.current?.querySelector<HTMLElement>("[data-first],button,input,select,a")?.focus();
    });
  };
  return (
    <>
      <button type="button" ref={button} class={text ? "button pop" : "icon-button pop"} aria-expanded={open} aria-haspopup="dialog" aria-label={text ? undefined : label} title={label} onClick={() => box.current?.togglePopover()}>
        {icon ? <Icon name={icon} size={text ? 16 : 18} /> : null}
        {text}
      </button>
      <div ref={box} popover="auto" class={`popover ${kind}`} role="dialog" aria-label={label} onToggle={toggle}>
        {open ? children(close) : null}
      </div>
    </>
  );
}

/** Under the button, or above it, and never off the screen. */
function place(box: HTMLElement | null, button: HTMLElement | null): void {
  if (!box || !button) return;
  const [at, own] = [button.getBoundingClientRect(), box.getBoundingClientRect()];
  const below = at.bottom + GAP + own.height <= innerHeight - EDGE || at.top < innerHeight / 2;
  const left = Math.min(Math.max(EDGE, at.right - own.width > EDGE && at.left + own.width > innerWidth - EDGE ? at.right - own.width : at.left), Math.max(EDGE, innerWidth - own.width - EDGE));
  const top = below ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - own.height);
  Object.assign(box.style, { left: `${left}px`, top: `${top}px`, maxHeight: `${below ? innerHeight - top - EDGE : at.top - GAP - EDGE}px` });
}
