/** What just happened or failed, in a corner; and the state of the connection, above everything. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AgentKey } from "../catalogs.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icons.tsx";
import { languageName, named } from "./words.ts";

export function Notices(): JSX.Element {
  const { state, desk, t } = useConsole();
  return (
    <div class="notices" role="status">
      {state.notices.map((notice) => (
        <p key={notice.id} class={`notice ${notice.tone}`}>
          <Icon name={notice.tone === "bad" ? "warn" : "check"} size={18} />
          <span>{t(notice.key as AgentKey, notice.params)}</span>
          {notice.undo ? (
            <button type="button" class="link" onClick={() => (desk.act.dismiss(notice.id), notice.undo?.run())}>
              {t(notice.undo.key as AgentKey)}
            </button>
          ) : null}
          <button type="button" class="icon-button small" onClick={() => desk.act.dismiss(notice.id)} aria-label={t("close")}>
            <Icon name="close" size={16} />
          </button>
        </p>
      ))}
    </div>
  );
}

/** A blink of the network needs no banner. */
const PATIENCE_MILLISECONDS = 1_200;

export function ConnectionBanner(): JSX.Element | null {
  const { state, desk, t } = useConsole();
  const [late, setLate] = useState(false);
  const off = state.connection !== "online";
  useEffect(() => {
    if (!off) return setLate(false);
    const timer = window.setTimeout(() => setLate(true), PATIENCE_MILLISECONDS);
    return () => window.clearTimeout(timer);
  }, [off]);
  if (!off || !late) return <p class="banner none" role="status" />;
  const offline = !navigator.onLine;
  return (
    <p class="banner" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>{offline ? t("offline") : t("reconnecting")}</span>
      <button type="button" class="link" onClick={() => desk.retryConnection()}>
        {t("try_now")}
      </button>
    </p>
  );
}

/** One voice: each new message of the open conversation and each new waiting shopper politely, an offer at once. */
export function Announcer(): JSX.Element {
  const { state, t, preferences } = useConsole();
  const [text, setText] = useState("");
  const offer = state.offers.find((candidate) => !candidate.over);
  const messages = state.selected ? state.threads[state.selected]?.messages : undefined;
  const last = messages?.at(-1);
  const known = useRef({ conversation: "", seq: 0, waiting: state.queue.length });
  useEffect(() => {
    const same = known.current.conversation === state.selected;
    if (same && last && last.seq > known.current.seq && last.author !== "agent") setText(`${t(`author_${last.author}`)}: ${last.text}`);
    else if (state.queue.length > known.current.waiting) setText(t("now_waiting", { count: state.queue.length }));
    known.current = { conversation: state.selected ?? "", seq: last?.seq ?? 0, waiting: state.queue.length };
  }, [state.selected, last?.seq, state.queue.length]);
  return (
    <>
      <p class="unseen" role="status">
        {text}
      </p>
      <p class="unseen" role="alert">
        {offer ? `${t("offer_title", { language: languageName(offer.handoff.language, preferences.language) })} ${named(t, "reason", offer.handoff.reason)}` : ""}
      </p>
    </>
  );
}
