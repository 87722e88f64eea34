/** Where replies and notes are written: drafts are kept, nothing is lost, and a reply in the wrong language is asked about first. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { shelf } from "../../shared/storage.ts";
import type { Row } from "../protocol.ts";
import { tongue } from "../tongue.ts";
import { type Tab, useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { modifier } from "./rail.tsx";
import { languageName } from "./words.ts";

/** From this many characters before the limit on, the rest is counted. */
const NEAR_LIMIT = 200;
const DEFAULT_LENGTH = 4_000;

/** What the rest of the console asks of the composer on the screen. */
export const FOCUS_EVENT = "parley-compose";
export type Compose = CustomEvent<{ tab: Tab; insert?: string }>;

const drafts = shelf("sessionStorage");

export function Composer({ row }: { row: Row }): JSX.Element {
  const { state, desk, t, tab, write, preferences } = useConsole();
  const key = `parley.draft.${state.session?.agent.id}.${row.id}.${tab}`;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => drafts.get(key) ?? "");
  const [warned, setWarned] = useState<string | null>(null);
  const limit = state.session?.settings.message_length ?? DEFAULT_LENGTH;
  const locked = tab === "reply" ? lock(row, state.session?.agent.id ?? "") : null;
  const left = limit - text.length;

  const change = (value: string): void => {
    setText(value);
    setWarned(null);
    drafts.set(key, value || null);
    if (tab === "reply" && !locked) desk.typing(row.id, value.length > 0);
  };

  useEffect(() => {
    setText(drafts.get(key) ?? "");
    setWarned(null);
  }, [key]);
  useEffect(() => () => desk.typing(row.id, false), [row.id]);
  useComposeEvents(field, (inserted) => change(inserted));
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight + 2, 220)}px`;
  }, [text, tab, locked]);

  const send = async (anyway = false): Promise<void> => {
    const said = text.trim();
    if (!said || left < 0 || locked) return;
    if (tab === "note") {
      if (await desk.note(row.id, said)) change("");
      return;
    }
    const language = tongue(said);
    if (!anyway && language && language !== row.language) {
      setWarned(language);
      return;
    }
    desk.send(row.id, said);
    change("");
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
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
          <textarea
            ref={field}
            id="composer-field"
            rows={2}
            value={text}
            placeholder={tab === "note" ? t("note_placeholder") : t("reply_placeholder", { language: languageName(row.language, preferences.language) })}
            aria-label={tab === "note" ? t("note_label") : t("reply_label")}
            aria-describedby="composer-hint"
            onInput={(event) => change(event.currentTarget.value)}
            onKeyDown={pressed}
            onBlur={() => desk.typing(row.id, false)}
            lang={tab === "reply" ? row.language : undefined}
          />
          {warned ? <Warning wrote={warned} row={row} onSend={() => void send(true)} onEdit={() => (setWarned(null), field.current?.focus())} /> : null}
          <div class="composer-foot">
            <span id="composer-hint" class={left < 0 ? "bad" : ""}>
              {left < NEAR_LIMIT ? t("characters_left", { count: left }) : tab === "note" ? t("note_hint") : t("send_hint", { keys: `${modifier}Enter` })}
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
  const then = (done: Promise<void>): void => void done.then(() => write("reply"));
  return (
    <div class="locked">
      <p>{t(`locked_${why}`, { name: row.agent_name ?? t("somebody") })}</p>
      {why === "waiting" ? (
        <button type="button" class="button primary" disabled={off} onClick={() => then(desk.accept(row.id))}>
          {t("accept_long")}
        </button>
      ) : null}
      {why === "bot" ? (
        <button type="button" class="button primary" disabled={off} onClick={() => then(desk.take(row.id))}>
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

/** "Write here" and "put this at the cursor", from keys, the menu and the suggestions. */
function useComposeEvents(field: { current: HTMLTextAreaElement | null }, onInserted: (text: string) => void): void {
  const inserted = useRef(onInserted);
  inserted.current = onInserted;
  useEffect(() => {
    const listening = new AbortController();
    document.addEventListener(
      FOCUS_EVENT,
      (event) => {
        const area = field.current;
        const { insert } = (event as Compose).detail;
        if (!area) return;
        area.focus();
        if (insert === undefined) return;
        area.setRangeText(insert, area.selectionStart, area.selectionEnd, "end");
        inserted.current(area.value);
      },
      { signal: listening.signal },
    );
    return () => listening.abort();
  }, []);
}
