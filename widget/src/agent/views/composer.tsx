/** Where replies and notes are written: drafts are kept, nothing is lost, and a reply in the wrong language is asked about first. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { shelf } from "../../shared/storage.ts";
import type { Outgoing } from "../../shared/outbox.ts";
import type { Row } from "../protocol.ts";
import { CannedList, useCanned } from "./canned.tsx";
import { type Tab, useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { modifier } from "./rail.tsx";
import { offeredElsewhere } from "./rows.ts";
import { languageName } from "./words.ts";

/** From this many characters before the limit on, the rest is counted. */
const NEAR_LIMIT = 200;
const DEFAULT_LENGTH = 4_000;

/** What the rest of the console asks of the composer: it may have to wait until the conversation is ours. */
const WISH_EVENT = "parley-compose";
const WISH_MILLISECONDS = 5_000;
let wished: { tab: Tab; insert: string | undefined; until: number } | null = null;

/** Write here, and put this at the cursor: as soon as there is a field for it. */
export function wish(tab: Tab, insert?: string): void {
  wished = { tab, insert, until: Date.now() + WISH_MILLISECONDS };
  // After the views have seen the other tab.
  window.setTimeout(() => document.dispatchEvent(new Event(WISH_EVENT)), 30);
}

const drafts = shelf("sessionStorage");

export function Composer({ row }: { row: Row }): JSX.Element {
  const { state, desk, t, tab, write, preferences } = useConsole();
  const key = `parley.draft.${state.session?.agent.id}.${row.id}.${tab}`;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => drafts.get(key) ?? "");
  const limit = state.session?.settings.message_length ?? DEFAULT_LENGTH;
  const locked = tab === "reply" ? lock(row, state.session?.agent.id ?? "") : null;
  const left = limit - text.length;

  const change = (value: string): void => {
    setText(value);
    drafts.set(key, value || null);
    if (!locked) desk.typing(row.id, value.length > 0);
  };
  const canned = useCanned(field, row, change);
  const doubted = state.outgoing.find((item) => item.conversation_id === row.id && state.doubted[item.client_id]);

  useEffect(() => {
    setText(drafts.get(key) ?? "");
  }, [key]);
  useEffect(() => () => desk.typing(row.id, false), [row.id]);
  useWishes(field, tab, !locked, (inserted) => (change(inserted), canned.look()));
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight + 2, 220)}px`;
  }, [text, tab, locked]);

  const send = async (): Promise<void> => {
    const said = text.trim();
    if (!said || left < 0 || locked) return;
    if (tab === "note") {
      if (await desk.note(row.id, said)) change("");
      return;
    }
    desk.send(row.id, said);
    change("");
    field.current?.focus();
  };
  const rewrite = ({ client_id, text: refused }: Outgoing): void => {
    desk.discard(client_id);
    change([refused, text].filter(Boolean).join("\n"));
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (tab === "reply" && canned.pressed(event)) return event.preventDefault();
    if (event.key !== "Enter" || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void send();
  };

  return (
    <form
      class={`composer ${tab}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="tabs" role="group" aria-label={t("write_as")}>
        {(["reply", "note"] as const).map((name) => (
          <button type="button" key={name} class={name} aria-pressed={tab === name} onClick={() => write(name)}>
            <Icon name={name} size={17} /> {t(`tab_${name}`)}
          </button>
        ))}
      </div>
      {locked ? (
        <Locked row={row} why={locked} />
      ) : (
        <>
          {tab === "reply" ? <CannedList canned={canned} row={row} /> : null}
          {doubted && tab === "reply" ? <Warning wrote={state.doubted[doubted.client_id] ?? ""} row={row} onSend={() => (desk.sendAnyway(doubted.client_id), field.current?.focus())} onEdit={() => rewrite(doubted)} /> : null}
          <textarea
            ref={field}
            id="composer-field"
            rows={2}
            value={text}
            placeholder={tab === "note" ? t("note_placeholder") : t("reply_placeholder", { language: languageName(row.language, preferences.language) })}
            aria-label={tab === "note" ? t("note_label") : t("reply_label")}
            aria-describedby="composer-hint"
            aria-haspopup={tab === "reply" ? "listbox" : undefined}
            aria-autocomplete={tab === "reply" ? "list" : undefined}
            aria-controls={canned.at && canned.found.length ? "canned-list" : undefined}
            aria-activedescendant={canned.at && canned.found.length ? `canned-${canned.index}` : undefined}
            onInput={(event) => (change(event.currentTarget.value), canned.look())}
            onKeyDown={pressed}
            onSelect={canned.look}
            onBlur={() => desk.typing(row.id, false)}
            lang={tab === "reply" ? row.language : undefined}
          />
          <div class="composer-foot">
            <span id="composer-hint" class={left < 0 ? "bad" : ""}>
              {left < NEAR_LIMIT ? t("characters_left", { count: left }) : tab === "note" ? t("note_hint") : t("send_hint", { keys: `${modifier}Enter`, canned: "/" })}
            </span>
            <button type="submit" class="button primary" disabled={!text.trim() || left < 0 || (tab === "note" && (state.busy === "note" || state.connection !== "online"))}>
              {tab === "note" ? t("add_note") : t("send")}
            </button>
          </div>
        </>
      )}
    </form>
  );
}

type Lock = "bot" | "waiting" | "colleague" | "over";

/** Why this agent cannot reply here, or null. */
function lock(row: Row, me: string): Lock | null {
  if (row.status === "agent") return row.agent_id === me ? null : "colleague";
  return row.status === "bot" || row.status === "waiting" ? row.status : "over";
}

function Locked({ row, why }: { row: Row; why: Lock }): JSX.Element {
  const { state, desk, t, write } = useConsole();
  const off = state.connection !== "online" || state.busy !== null;
  const then = (done: Promise<boolean>): void => void done.then(() => write("reply"));
  const asked = offeredElsewhere(state, row);
  return (
    <div class="locked">
      <p>{asked ? t("locked_offered", { name: asked }) : t(`locked_${why}`, { name: row.agent_name ?? t("somebody") })}</p>
      {why === "waiting" && !asked ? (
        <button type="button" class="button primary" disabled={off} onClick={() => then(desk.act.accept(row.id))}>
          {t("accept_long")}
        </button>
      ) : null}
      {why === "bot" || asked ? (
        <button type="button" class="button primary" disabled={off} onClick={() => then(desk.act.take(row.id))}>
          {t("take_long")}
        </button>
      ) : null}
    </div>
  );
}

interface WarningProps {
  wrote: string;
  row: Row;
  onSend: () => void;
  onEdit: () => void;
}

function Warning({ wrote, row, onSend, onEdit }: WarningProps): JSX.Element {
  const { t, preferences } = useConsole();
  return (
    <div class="tongue-warning" role="alert">
      <Icon name="warn" size={18} />
      <p>{t("other_language", { wrote: languageName(wrote, preferences.language), reads: languageName(row.language, preferences.language) })}</p>
      <button type="button" class="button" onClick={onSend}>
        {t("send_anyway")}
      </button>
      <button type="button" class="button" onClick={onEdit}>
        {t("keep_editing")}
      </button>
    </div>
  );
}

/** Does what was wished of the composer, now or when its field is there. */
function useWishes(field: { current: HTMLTextAreaElement | null }, tab: Tab, there: boolean, onInserted: (text: string) => void): void {
  const inserted = useRef(onInserted);
  inserted.current = onInserted;
  const fulfil = (): void => {
    const area = field.current;
    if (!area || !wished || wished.tab !== tab || Date.now() > wished.until) return;
    const { insert } = wished;
    wished = null;
    area.focus();
    if (insert === undefined) return;
    // A slash for the ready-made replies is one only after a space.
    const apart = insert === "/" && /\S$/.test(area.value.slice(0, area.selectionStart)) ? " " : "";
    area.setRangeText(apart + insert, area.selectionStart, area.selectionEnd, "end");
    inserted.current(area.value);
  };
  useEffect(() => {
    fulfil();
    const listening = new AbortController();
    document.addEventListener(WISH_EVENT, fulfil, { signal: listening.signal });
    return () => listening.abort();
  }, [tab, there]);
}
