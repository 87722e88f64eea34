/** Ready-made replies behind a slash: the shopper's language first, filled in, chosen without leaving the keyboard. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type CannedReply, filled, matching, slashAt } from "../configuration.ts";
import type { Row } from "../protocol.ts";
import { type Console, useConsole } from "./context.ts";
import { readable } from "./words.ts";

const SHOWN = 30;

export interface CannedAt {
  /** Where the slash is, and what follows it. */
  from: number;
  typed: string;
}

/** What the places in a reply stand for here. */
const values = ({ state }: Console, row: Row): Record<string, string | null | undefined> => ({
  agent: state.session?.agent.name,
  order: row.handoff?.order_number ?? state.threads[row.id]?.detail?.brief.order?.number,
  ticket: state.tickets.find((ticket) => ticket.conversation_id === row.id)?.number,
  page: row.page,
  topic: row.handoff?.topic ? readable(row.handoff.topic) : null,
});

export interface Canned {
  at: CannedAt | null;
  found: readonly CannedReply[];
  /** Which one Enter takes. */
  index: number;
  /** Look again where the cursor is now. */
  look: () => void;
  /** True when the key was meant for the list. */
  pressed: (event: KeyboardEvent) => boolean;
  pick: (reply: CannedReply) => void;
}

export function useCanned(field: { current: HTMLTextAreaElement | null }, row: Row, onChange: (text: string) => void): Canned {
  const console = useConsole();
  const [at, setAt] = useState<CannedAt | null>(null);
  const [index, setIndex] = useState(0);
  const dismissed = useRef<number | null>(null);
  const found = at ? matching(console.state.configuration?.canned_replies ?? [], at.typed, row.language).slice(0, SHOWN) : [];
  const look = (): void => {
    const area = field.current;
    const next = area && area.selectionStart === area.selectionEnd ? slashAt(area.value, area.selectionStart) : null;
    if (next?.from !== dismissed.current) dismissed.current = null;
    if (next?.typed !== at?.typed) setIndex(0);
    setAt(next && next.from === dismissed.current ? null : next);
  };
  const pick = (reply: CannedReply): void => {
    const area = field.current;
    if (!area || !at) return;
    const { text, open } = filled(reply.text, values(console, row));
    area.focus();
    area.setRangeText(text, at.from, at.from + 1 + at.typed.length, "end");
    if (open) area.setSelectionRange(at.from + open[0], at.from + open[1]);
    setAt(null);
    onChange(area.value);
  };
  const pressed = (event: KeyboardEvent): boolean => {
    if (!at || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "Escape") {
      dismissed.current = at.from;
      setAt(null);
      return true;
    }
    const reply = found[index];
    if (!reply) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") setIndex((found.length + index + (event.key === "ArrowDown" ? 1 : -1)) % found.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) pick(reply);
    else return false;
    return true;
  };
  return { at, found, index, look, pressed, pick };
}

export function CannedList({ canned, row }: { canned: Canned; row: Row }): JSX.Element | null {
  const console = useConsole();
  const { t, state } = console;
  const box = useRef<HTMLUListElement>(null);
  useEffect(() => box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [canned.index, canned.found.length]);
  if (!canned.at) return null;
  const none = (state.configuration?.canned_replies.length ?? 0) === 0 ? t("canned_empty") : t("canned_none");
  return (
    <div class="canned">
      {canned.found.length ? (
        <ul id="canned-list" role="listbox" aria-label={t("canned")} ref={box}>
          {canned.found.map((reply, index) => (
            <li
              key={`${reply.shortcut}-${reply.language}`}
              id={`canned-${index}`}
              role="option"
              aria-selected={index === canned.index}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => canned.pick(reply)}
            >
              <span class="shortcut">/{reply.shortcut}</span>
              <span class={`tag ${reply.language === row.language ? "" : "warn"}`}>{reply.language.toUpperCase()}</span>
              <span class="excerpt" lang={reply.language}>
                {filled(reply.text, values(console, row)).text}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <p class={canned.found.length ? "unseen" : "canned-none"} role="status">
        {canned.found.length ? t("canned_found", { count: canned.found.length }) : none}
      </p>
    </div>
  );
}
