/** Links that change what the page shows: real addresses, to be copied or opened beside. */
import type { ComponentChildren, JSX } from "preact";
import { readAddress } from "../address.ts";
import { useBoard } from "./board.ts";

interface OpensProps {
  href: string;
  label?: string | undefined;
  kind?: string;
  current?: boolean;
  children: ComponentChildren;
}

export function Opens({ href, label, kind = "count", current, children }: OpensProps): JSX.Element {
  const { go } = useBoard();
  const follow = (event: MouseEvent): void => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(readAddress(href));
  };
  return (
    <a class={kind} href={href} onClick={follow} aria-label={label} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}
