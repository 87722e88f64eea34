/** Line icons, 24 units, drawn in the text colour. */
import type { ButtonHTMLAttributes, JSX } from "preact";

export const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M12 19V5.5M6 11l6-6 6 6",
  up: "M7 11v9H4v-9zM7 11l4-8c1.7 0 2.7 1.3 2.4 3L13 9h5.6c1.3 0 2.2 1.2 1.9 2.4l-1.7 7c-.2.9-1 1.6-2 1.6H7",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  book: "M5 4.5h11a3 3 0 0 1 3 3v12H8a3 3 0 0 1-3-3zM5 16.5a3 3 0 0 1 3-3h11",
  alert: "M12 8v5M12 16.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  sparkle: "M12 3.5l1.9 5.6 5.6 1.9-5.6 1.9L12 18.5l-1.9-5.6L4.5 11l5.6-1.9zM19 16.5v4M17 18.5h4",
} as const;

export function Icon({ name, flip }: { name: keyof typeof PATHS; flip?: boolean }): JSX.Element {
  return (
    <svg class={flip ? "icon flip" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function IconButton({ name, label, class: more = "", flip = false, ...rest }: ButtonHTMLAttributes & { name: keyof typeof PATHS; label: string; class?: string; flip?: boolean }): JSX.Element {
  return (
    <button class={`icon-button ${more}`} aria-label={label} title={label} {...rest}>
      <Icon name={name} flip={flip} />
    </button>
  );
}
